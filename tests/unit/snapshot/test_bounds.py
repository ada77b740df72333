"""Whatever others put where secrets are looked for, redaction answers, and its work grows with the size of the text alone."""

from __future__ import annotations

import base64
import gzip
import importlib
import json
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.snapshot import detectors, redact, scripts, templates, unpack
from nightaudit_auditor.snapshot.redact import Redactor
from nightaudit_auditor.snapshot.unpack import LIMIT

KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"
PASSWORD = "q8Zr4-mW0xTc"
MODULES = (detectors, redact, scripts, templates, unpack)
LONGEST = scripts._LINE + scripts._OVERLAP


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def script(data: str) -> dict[str, Any]:
    kept: dict[str, Any] = Redactor(b"k").redact({"Data": data}, ["Data|script"])["Data"]
    return kept


def template(text: str) -> dict[str, Any]:
    kept: dict[str, Any] = Redactor(b"k").redact({"Body": text}, ["Body|template"])["Body"]
    return kept


def nested(levels: int) -> bytes:
    headers = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels))
    return f"MIME-Version: 1.0\n{headers}Content-Type: text/plain\n\nx\n".encode()


def multipart(parameters: bytes, body: bytes = b"--a\n\nx\n--a--\n") -> bytes:
    return b"Content-Type: multipart/mixed; " + parameters + b"\n\n" + body


class TestWhatIsHostile:
    @pytest.mark.parametrize(
        "data",
        [
            multipart(b"boundary*=undefined'en'x"),
            multipart(b"boundary*=idna'en'" + b"%ff" * 10),
            multipart(b"boundary*" + b"9" * 5000 + b"=a"),
            multipart(b"boundary*=a\x00b'en'xx"),
        ],
        ids=["a codec that refuses", "a codec that fails", "a number of 5000 digits", "NUL in a codec's name"],
    )
    def test_malformed_mime_is_said_to_be_malformed(self, data: bytes) -> None:
        assert script(packed(data))["unexamined"].startswith("malformed (")

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (nested(1000), "multipart nested too deeply"),
            (multipart(b"boundary=b", b"--b\n\nx\n" * 1000), "multipart of too many parts"),
            (b"MIME-Version: 1.0\nContent-Type: message/delivery-status\n\n" + b"a: b\n\n" * 1000, "multipart of too many parts"),
            (multipart(b";" * 10_000 + b"boundary=b"), "multipart with a header that is too long"),
            (gzip.compress(b"x" * 2 * LIMIT), "gzip of too much"),
            (multipart(b"boundary=b", (b"--b\nContent-Transfer-Encoding: base64\n\n" + packed(gzip.compress(b"x" * LIMIT)).encode() + b"\n") * 9),
             "too much once it is unpacked"),
            (b"x" * 2 * LIMIT, "too much"),
        ],
        ids=["depth", "parts", "paragraphs that are parts", "a long header", "gzip", "many gzips", "size"],
    )  # fmt: skip
    def test_what_is_over_a_bound_is_not_examined_and_says_over_which(self, data: bytes, why: str) -> None:
        kept = script(packed(data))
        assert kept["unexamined"] == why
        assert "secrets" not in kept

    def test_what_is_within_the_bounds_is_examined(self) -> None:
        parts = b"".join(b"--b\nContent-Type: text/plain\n\nDB_PASSWORD=q8Zr4-mW0xTc%d\n" % n for n in range(100))
        assert len(script(packed(gzip.compress(multipart(b"boundary=b", parts + b"--b--\n"))))["secrets"]) == 100

    def test_what_stands_around_the_parts_is_examined_too(self) -> None:
        data = multipart(b"boundary=a", f"token {PASSWORD}\npassword={PASSWORD}\n--a\n\nx\n--a--\n".encode())
        assert [one["name"] for one in script(packed(b"X-Folded: a\n b\n" + data))["secrets"]] == ["password"]

    def test_a_script_that_speaks_of_mime_is_a_script(self) -> None:
        text = f"#!/bin/sh\necho 'MIME-Version: 1.0' | mail\ncurl -H 'Content-Type: multipart/form-data'\npassword={PASSWORD}\n"
        assert [one["name"] for one in script(packed(text.encode()))["secrets"]] == ["password"]

    def test_a_template_that_is_too_long_is_not_examined(self) -> None:
        assert template(json.dumps({"A": "x" * LIMIT}))["unexamined"] == "too much"

    def test_a_value_that_is_too_long_is_not_examined_and_not_kept(self) -> None:
        kept = Redactor(b"k").redact({"Variables": {"A": "x" * (LIMIT + 1)}}, ["Variables.*"])["Variables"]["A"]
        assert (kept["unexamined"], kept["detector"], sorted(kept)) == (
            "too much", "", ["detector", "digest", "redacted", "unexamined"],
        )  # fmt: skip

    def test_nothing_is_unpacked_once_the_run_is_over(self) -> None:
        kept = Redactor(b"k").redact({"Data": packed(b"password=x")}, ["Data|script"], lambda: True)["Data"]
        assert kept["unexamined"] == "the run ended before"

    def test_an_error_gives_nothing_of_the_text_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(data: str) -> tuple[scripts.Found, ...]:
            raise KeyError(data)

        monkeypatch.setitem(redact.EXAMINED, "|script", broken)
        assert script(PASSWORD)["unexamined"] == "malformed (KeyError)"


_SEEDS = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary", b"Content-Type: message/rfc822\n\n", b"MIME-Version: 1.0\n", b"*=", b"*0*=", b"=b\n\n",
        b"--b\n", b"--b--\n", b"utf-7'en'", b"'", b"%ff", b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n", b"=?idna?q?", b"\n\n",
        b"\x1f\x8b", b"\x00", b"password=", b"Resources:\n  a: ", b"!Sub ", b"!!python/object:x ", b"&a ", b"*a", b"{", b"[", b": ", b"<<: ",
        b"? ", b"${", b"{{resolve:",
    ]
)  # fmt: skip
hostile = st.lists(_SEEDS | st.binary(max_size=12), max_size=12).map(b"".join)
texts = hostile.map(packed) | hostile.map(gzip.compress).map(packed) | hostile.map(lambda data: data.decode("latin-1"))
texts = texts | st.text(st.characters(exclude_categories=()), max_size=40)


@settings(deadline=None, max_examples=300)
@given(texts)
def test_redaction_answers_whatever_the_text(text: str) -> None:
    answer = {"a": text, "b": text, "c": [{"name": "password", "value": text}], "d": {text: text}}
    kept = Redactor(b"k").redact(answer, ["a|script", "b|template", "c[].value", "d.*"])
    for value in (kept["a"], kept["b"]):
        assert ("secrets" in value) != ("unexamined" in value)
    json.dumps([kept["a"], kept["b"], kept["c"]]).encode()
    for value in (kept["a"], kept["b"], kept["c"][0]["value"], kept["d"][text]):
        assert value["redacted"] is True
        assert not [
            key for key, held in value.items() if key not in ("detector", "arn") and len(text) > 16 and held == text
        ]


def patterns(module: ModuleType) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    def inside(value: Any) -> Iterator[Any]:
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, tuple | list):
            for item in value:
                yield from inside(item)
        elif isinstance(value, dict):
            yield from inside(list(value.values()))

    return inside(list(vars(module).values()))


def repetitions(node: Any) -> Iterator[int]:
    """The most that each repetition in a parsed pattern may take, wherever it stands."""
    if isinstance(node, tuple) and len(node) == 2 and str(node[0]).endswith("_REPEAT"):
        yield int(node[1][1])
    if isinstance(node, tuple | list) or type(node).__name__ == "SubPattern":
        for item in node:
            yield from repetitions(item)


def most(pattern: str) -> int:
    return max(repetitions(importlib.import_module("re._parser").parse(pattern)), default=0)


@pytest.mark.parametrize("pattern", ["a*", "a+?", "(?:b(?=c{2,}))", "(a|b[c]++)", "(?>x*)", "(a)?(?(1)b*|c)"])
def test_a_repetition_without_a_bound_is_seen_wherever_it_stands(pattern: str) -> None:
    assert most(pattern) > LONGEST


def test_no_pattern_repeats_without_a_bound() -> None:
    found = [pattern for module in MODULES for pattern in patterns(module)]
    assert len(found) > 15
    assert {str(one.pattern): most(one.pattern) for one in found if most(one.pattern) > LONGEST} == {}  # type: ignore[arg-type]


def chain(levels: int, leaf: object) -> object:
    for _ in range(levels):
        leaf = {"kkkkk": leaf}
    return leaf


HOSTILE_TEMPLATES = {
    "one long line": lambda n: {"A": "a." * n},
    "many short texts far inside": lambda n: chain(90, ["b"] * n),
    "a long key above many secrets": lambda n: {"k" * 20 * n: [{"password": f"{PASSWORD}{i}"} for i in range(n)]},
    "many secret keys beside each other": lambda n: {**{str(i): SECRET_KEY for i in range(n)}, "id": KEY_ID},
    "a script in a text": lambda n: {"A": f"password={PASSWORD}\n" * n},
}


class TestTheWork:
    """Counted in characters that the detectors are given."""

    @pytest.fixture
    def seen(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        counted: list[int] = []
        plain = detectors.detect

        def detect(name: str, value: str, siblings: dict[str, str] | None = None) -> str:
            counted.append(len(name) + len(value) + sum(map(len, (siblings or {}).values())))
            return plain(name, value, siblings)

        for module in (redact, scripts, templates):
            monkeypatch.setattr(module, "detect", detect)
        return counted

    @pytest.mark.parametrize("kind", HOSTILE_TEMPLATES)
    def test_it_grows_with_the_template(self, seen: list[int], kind: str) -> None:
        text = json.dumps({"Resources": HOSTILE_TEMPLATES[kind](4000)})
        template(text)
        assert sum(seen) < 8 * len(text)

    def test_a_long_comment_is_seen_in_pieces(self, seen: list[int]) -> None:
        template("Resources: {}\n# " + "a." * 100_000)
        assert sum(seen) > 200_000
        assert max(seen) <= LONGEST

    def test_it_grows_with_the_script(self, seen: list[int]) -> None:
        text = f"id={KEY_ID}\n" + f"key={SECRET_KEY} --token {PASSWORD}\n" * 2000 + "a='b " * 20_000
        script(packed(gzip.compress(text.encode())))
        assert sum(seen) < 8 * len(text)

    def test_it_grows_with_the_values_that_stand_beside_each_other(self, seen: list[int]) -> None:
        variables = {str(n): SECRET_KEY for n in range(2000)} | {"id": KEY_ID}
        pairs = [{"name": name, "value": value} for name, value in variables.items()]
        answer = {"map": variables, "pairs": pairs, "all": variables}
        Redactor(b"k").redact(answer, ["map.*", "pairs[].value", "all"])
        assert sum(seen) < 3 * len(json.dumps(answer))

    def test_no_line_is_longer_than_a_piece_and_what_a_detector_takes_is_whole_in_one(self) -> None:
        for start in range(0, 3 * scripts._LINE, 1000):
            token = "eyJ" + "a" * 4000 + ".eyJ" + "b" * 4000 + "." + "c" * 16
            pieces = list(scripts.lines("-" * start + "=" + token + " " + "-" * 50_000))
            assert max(map(len, pieces)) <= LONGEST
            assert any(detectors.detect("", piece) == "jwt" for piece in pieces)


def test_of_two_texts_that_hold_json_neither_is_taken_for_the_other() -> None:
    inner = [json.dumps({"db": {"password": f"{PASSWORD}{n}"}}) for n in range(200)]
    assert (
        len(template(json.dumps({"Resources": [{"SecretString": text, "Other": {}} for text in inner]}))["secrets"])
        == 200
    )
