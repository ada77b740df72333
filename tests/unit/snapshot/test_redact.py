"""Secrets are replaced before anything is written: what stays is the detector's name and a keyed digest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.snapshot.detectors import detect
from nightaudit_auditor.snapshot.redact import Redactor

PATH = "Functions[].Environment.Variables.*"


def _functions(*variables: dict[str, str]) -> dict[str, Any]:
    return {"Functions": [{"FunctionName": f"f{n}", "Environment": {"Variables": v}} for n, v in enumerate(variables)]}


class TestDetectors:
    @pytest.mark.parametrize(
        ("detector", "value"),
        [
            ("aws-access-key", "AKIA" + "IOSFODNN7EXAMPLE"),
            ("private-key", "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE"),
            ("github-token", "ghp_" + "a1B2" * 9),
            ("slack-token", "xoxb-" + "123456789012-abcdefghij"),
            ("slack-webhook", "https://hooks.slack.com/" + "services/T00000000/B00000000/XXXXXXXXXXXX"),
            ("stripe-key", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"),
            ("google-api-key", "AIza" + "SyA-1234567890abcdefghijklmnopqrstu"),
            ("npm-token", "npm_" + "Ab1" * 12),
            ("jwt", "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "dozjgNryP4J3jVmNHl0w5N"),
            ("password-in-url", "postgres://app:" + "hunter22@db.internal:5432/app"),
        ],
    )
    def test_known_forms_are_named_whatever_the_variable_is_called(self, detector: str, value: str) -> None:
        assert detect("SETTING", value) == detector

    def test_a_secret_access_key_counts_beside_its_key_id(self) -> None:
        secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
        assert detect("B", secret, {"A": "AKIA" + "IOSFODNN7EXAMPLE", "B": secret}) == "aws-access-key"
        assert detect("AWS_SECRET_ACCESS_KEY", secret) == "aws-access-key"
        assert detect("B", secret, {"B": secret}) == ""

    @pytest.mark.parametrize("name", ["DB_PASSWORD", "api_key", "ClientSecret", "AUTH_TOKEN"])
    def test_an_entropic_value_under_a_secretish_name_is_a_generic_secret(self, name: str) -> None:
        assert detect(name, "q8Zr4!mW0xTc") == "generic-secret"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("LOG_LEVEL", "information"),
            ("SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:111111111111:secret:db-Ab12Cd"),
            ("DB_PASSWORD", "{{resolve:secretsmanager:db}}"),
            ("TOKEN_TTL", "3600000000"),
            ("PASSWORD", "aaaaaaaaaaaa"),
            ("URL", "https://example.com/path@2"),
            ("COMMIT", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ],
    )
    def test_what_only_points_at_a_secret_or_looks_like_one_is_none(self, name: str, value: str) -> None:
        assert detect(name, value) == ""


class TestRedactor:
    def test_every_value_is_replaced_and_every_name_kept(self) -> None:
        redacted = Redactor().redact(_functions({"STAGE": "prod", "TOKEN": "ghp_" + "a1B2" * 9}), [PATH])
        variables = redacted["Functions"][0]["Environment"]["Variables"]
        assert variables["STAGE"]["redacted"] is True
        assert variables["STAGE"]["detector"] == ""
        assert variables["TOKEN"]["detector"] == "github-token"
        assert redacted["Functions"][0]["FunctionName"] == "f0"

    def test_a_value_in_a_list_of_pairs_goes_by_its_pairs_name(self) -> None:
        secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
        pairs = [
            ("DB_PASSWORD", "q8Zr4!mW0xTc"),
            ("LEVEL", "q8Zr4!mW0xTc"),
            ("ID", "AKIA" + "IOSFODNN7EXAMPLE"),
            ("B", secret),
        ]
        answer = {"environment": [{"name": name, "value": value} for name, value in pairs]}
        redacted = Redactor().redact(answer, ["environment[].value"])["environment"]
        found = {pair["name"]: pair["value"]["detector"] for pair in redacted}
        assert found == {"DB_PASSWORD": "generic-secret", "LEVEL": "", "ID": "aws-access-key", "B": "aws-access-key"}

    @pytest.mark.parametrize(
        ("value", "kept"),
        [
            ("arn:aws:sqs:eu-central-1:999999999999:jobs", True),
            ("arn:aws:lambda:eu-central-1:999999999999:function:mail", True),
            ("https://events.example.com/integration/0123456789abcdef/enqueue", False),
            ("arn:aws:sqs:eu-central-1:999999999999:jobs?token=x", False),
            ("see arn:aws:s3:::b", False),
        ],
    )
    def test_an_arn_stays_legible_beside_its_digest(self, value: str, kept: bool) -> None:
        answer = Redactor().redact({"Subscriptions": [{"Endpoint": value}]}, ["Subscriptions[].Endpoint"])
        endpoint = answer["Subscriptions"][0]["Endpoint"]
        assert endpoint["redacted"] is True
        assert endpoint.get("arn", "") == (value if kept else "")

    def test_the_same_secret_in_two_places_has_one_digest_in_a_run_and_another_in_the_next(self) -> None:
        one, two = Redactor(), Redactor()
        variables = [
            f["Environment"]["Variables"] for f in one.redact(_functions({"A": "s3"}, {"B": "s3"}), [PATH])["Functions"]
        ]
        assert variables[0]["A"]["digest"] == variables[1]["B"]["digest"] == one.digest("s3")
        assert one.digest("s3") != two.digest("s3")
        assert len(one.digest("s3")) == 64

    def test_answers_without_the_path_stay_as_they_are(self) -> None:
        answer = {"Functions": [{"FunctionName": "f"}, {"FunctionName": "g", "Environment": {}}], "Other": None}
        assert Redactor().redact(answer, [PATH]) == answer

    def test_structures_and_lists_at_a_path_are_emptied_of_every_value(self) -> None:
        redacted = Redactor().redact({"Data": {"a": ["one", {"b": 2}], "c": None}}, ["Data"])
        assert redacted["Data"]["a"][0]["redacted"] is True
        assert redacted["Data"]["a"][1]["b"]["redacted"] is True
        assert redacted["Data"]["c"] is None

    def test_a_path_is_redacted_once_even_if_named_twice(self) -> None:
        redactor = Redactor()
        answer = _functions({"A": "value"})
        assert redactor.redact(answer, [PATH, PATH]) == redactor.redact(answer, [PATH])

    @settings(deadline=None)
    @given(st.lists(st.dictionaries(st.text(max_size=8), st.text(min_size=6, max_size=30), max_size=4), max_size=4))
    def test_no_value_survives(self, variables: list[dict[str, str]]) -> None:
        answer = _functions(*variables)
        before = json.loads(json.dumps(answer))
        redacted = Redactor().redact(answer, [PATH])
        for function, original in zip(redacted["Functions"], variables, strict=True):
            kept = function["Environment"]["Variables"]
            assert kept.keys() == original.keys()
            assert all(set(entry) == {"redacted", "detector", "digest"} for entry in kept.values())
            assert all(
                value not in entry.values() for entry, value in zip(kept.values(), original.values(), strict=True)
            )
        assert answer == before
