"""User data is unpacked before it is examined, and nothing of it is stored but names, detectors and digests."""

from __future__ import annotations

import base64
import gzip
import json
import time
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest

from nightaudit_auditor.snapshot import Account, Outcome, Record, SnapshotWriter
from nightaudit_auditor.snapshot.redact import Redactor
from nightaudit_auditor.snapshot.scripts import secrets_in
from nightaudit_auditor.snapshot.unpack import UnpackError

GITHUB = "ghp_" + "a1B2" * 9
KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
PASSWORD = "q8Zr4-mW0xTc"
PRIVATE = "-----BEGIN RSA " + "PRIVATE KEY-----"


def packed(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def multipart(*parts: str) -> bytes:
    message = MIMEMultipart()
    for part in parts:
        message.attach(MIMEText(part, "x-shellscript", "utf-8"))
    return message.as_bytes()


def found(text: str | bytes) -> list[tuple[str, str]]:
    return [(one.detector, one.name) for one in secrets_in(packed(text))]


class TestPacking:
    @pytest.mark.parametrize(
        "data",
        [
            f"#!/bin/sh\necho\nexport TOKEN={GITHUB}\n",
            gzip.compress(f"#!/bin/sh\nTOKEN={GITHUB}\n".encode()),
            multipart("#!/bin/sh\necho\n", f"#cloud-config\nTOKEN: {GITHUB}\n"),
            gzip.compress(b"#!/bin/sh\n") + gzip.compress(f"TOKEN={GITHUB}".encode()),
            gzip.compress(multipart(f"TOKEN={GITHUB}")),
            b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nTOKEN='
            + GITHUB.encode()
            + b"\r\n--b--\r\n",
        ],
        ids=[
            "plain",
            "gzip",
            "multipart with base64 parts",
            "two gzips",
            "gzip of multipart",
            "multipart in the clear",
        ],
    )
    def test_the_secret_is_found_however_it_is_packed(self, data: str | bytes) -> None:
        assert found(data) == [("github-token", "TOKEN")]

    def test_text_that_is_not_base64_is_examined_as_it_is(self) -> None:
        assert [one.detector for one in secrets_in(f"#!/bin/sh\nTOKEN={GITHUB}")] == ["github-token"]

    @pytest.mark.parametrize(
        "data",
        [
            gzip.compress(b"x" * 100)[:-10],
            b"\x1f\x8bnot gzip at all",
            gzip.compress(b"x") + b"something else",
            gzip.compress(b"x" * 2**21),
            gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x")))),
        ],
        ids=["cut short", "broken", "something behind it", "a bomb", "packed too often"],
    )
    def test_what_cannot_be_unpacked_is_said(self, data: bytes) -> None:
        with pytest.raises(UnpackError):
            secrets_in(packed(data))

    def test_a_text_made_to_be_slow_is_not(self) -> None:
        started = time.monotonic()
        secrets_in(packed(gzip.compress((f"{KEY_ID}\n" + 'a="' * 100_000 + f"\nB={SECRET_KEY}" * 10_000).encode())))
        assert time.monotonic() - started < 10


class TestLines:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            (f"export DB_PASSWORD={PASSWORD}", ("generic-secret", "DB_PASSWORD")),
            (f'  "password": "{PASSWORD}",', ("generic-secret", "password")),
            (f"db_password: '{PASSWORD}'", ("generic-secret", "db_password")),
            (f"docker run -e API_KEY={PASSWORD} image", ("generic-secret", "API_KEY")),
            (f"mysql --password {PASSWORD} --user app", ("generic-secret", "password")),
            (f"curl -H 'Authorization: token {GITHUB}'", ("github-token", "")),
            (PRIVATE, ("private-key", "")),
            ("git clone https://app:" + PASSWORD + "@git.example.com/x", ("password-in-url", "")),
        ],
    )  # fmt: skip
    def test_a_secret_is_told_by_form_or_by_name(self, line: str, expected: tuple[str, str]) -> None:
        assert expected in found(f"#!/bin/sh\n{line}\necho done\n")

    @pytest.mark.parametrize(
        "line",
        [
            "DB_PASSWORD=$(aws ssm get-parameter --name /db/password --with-decryption)",
            'DB_PASSWORD="${PASSWORD_FROM_ELSEWHERE}"',
            "DB_PASSWORD=$1",
            "DB_PASSWORD=$DATABASE_PASSWORD_1",
            "DB_PASSWORD=%DATABASE_PASSWORD_1%",
            "password: <your-password-here>",
            "password: {{ vault_password_of_the_db }}",
            "git clone https://oauth2:$TOKEN@git.example.com/x",
            "PASSWORD_FILE=/run/secrets/password",
            "echo 'set a password: please'",
        ],
    )
    def test_what_only_stands_for_a_value_is_none(self, line: str) -> None:
        assert found(line) == []

    def test_a_secret_access_key_counts_beside_an_id_on_another_line(self) -> None:
        assert found(f"id={KEY_ID}\nkey={SECRET_KEY}") == [("aws-access-key", "id"), ("aws-access-key", "key")]
        assert found(f"key={SECRET_KEY}") == []

    def test_a_name_that_is_a_secret_is_not_shown(self) -> None:
        assert found(f"{KEY_ID}={SECRET_KEY}")[0] == ("aws-access-key", "")


PATH = "LaunchTemplateVersions[].LaunchTemplateData.UserData|script"


def answer(data: str) -> dict[str, Any]:
    return {"LaunchTemplateVersions": [{"VersionNumber": 1, "LaunchTemplateData": {"UserData": data}}]}


def test_nothing_of_the_data_is_in_what_is_kept() -> None:
    text = f"#!/bin/sh\nTOKEN={GITHUB}\nDB_PASSWORD={PASSWORD}\n"
    kept = Redactor().redact(answer(packed(text)), [PATH])
    data = kept["LaunchTemplateVersions"][0]["LaunchTemplateData"]["UserData"]
    assert [(one["detector"], one["name"]) for one in data["secrets"]] == [
        ("github-token", "TOKEN"),
        ("generic-secret", "DB_PASSWORD"),
    ]
    assert not any(secret in json.dumps(kept) for secret in (GITHUB, PASSWORD, packed(text), "/bin/sh"))


def test_equal_secrets_in_two_scripts_have_equal_digests() -> None:
    redactor = Redactor()
    one, two = (
        redactor.redact(answer(packed(f"{start}\nTOKEN={GITHUB}")), [PATH])["LaunchTemplateVersions"][0][
            "LaunchTemplateData"
        ]["UserData"]
        for start in ("a", "b")
    )
    assert one["secrets"] == two["secrets"]
    assert one["digest"] != two["digest"]


def test_data_that_cannot_be_unpacked_is_not_kept_either() -> None:
    data = packed(gzip.compress(b"x" * 2**21))
    kept = Redactor().redact(answer(data), [PATH])["LaunchTemplateVersions"][0]["LaunchTemplateData"]["UserData"]
    assert kept["unexamined"] == "gzip of too much"
    assert data not in json.dumps(kept)


def test_no_file_of_a_snapshot_holds_a_planted_secret(tmp_path: Path) -> None:
    scripts = [
        f"TOKEN={GITHUB}",
        gzip.compress(f"DB_PASSWORD={PASSWORD}".encode()),
        multipart(f"aws_secret_access_key={SECRET_KEY}\naws_access_key_id={KEY_ID}", PRIVATE),
        gzip.compress(PASSWORD.encode() * 2**18),
    ]
    planted = [GITHUB, PASSWORD, KEY_ID, SECRET_KEY, PRIVATE, *map(packed, scripts)]
    writer = SnapshotWriter(tmp_path, "run-1").account(
        Account("111111111111"), regions=["eu-central-1"], reachable=True, time=""
    )
    with writer:
        for number, script in enumerate(scripts):
            parameters = {"InstanceId": f"i-{number}"}
            record = Record(
                "111111111111", "ec2", "describe_instance_attribute", "eu-central-1", Outcome.OK, parameters,
                answer={"UserData": {"Value": packed(script)}},
            )  # fmt: skip
            writer.write(record, secrets=["UserData.Value|script"])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    kept = b"\n".join(gzip.decompress(path.read_bytes()) for path in files).decode()
    assert files
    assert kept.count('"detector":"aws-access-key"') >= 2
    assert not [secret for secret in planted if secret in kept]
