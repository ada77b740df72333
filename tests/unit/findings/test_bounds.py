"""How much of a name, a tag or a piece of evidence a finding keeps."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.registry import Fail, Resource, Severity
from nightaudit_auditor.checks.results import CheckResult, Evaluation
from nightaudit_auditor.findings.bounds import bounded_evidence, bounded_tags, clip
from nightaudit_auditor.findings.build import build_findings
from nightaudit_auditor.findings.model import Finding, fingerprint
from nightaudit_auditor.snapshot import Account, AccountData

LONG = "x" * 1_000_000
OWN = "111111111111"


def found(name: str, discriminator: str = "") -> Finding:
    """A finding in which every text that somebody may choose is `name`."""
    resource = Resource("arn:aws:s3:::logs", "AWS::S3::Bucket", name, tags={name: name})
    outcome = Fail(name, discriminator, {"name": name, "list": [name], "deep": {name: (name,)}})
    result = CheckResult("S3_BUCKET_PUBLIC_ACL", OWN, "global", resource, outcome, Severity.HIGH, resource.arn)
    evaluation = Evaluation(
        results=(result,), scopes=frozenset(), unknown=frozenset(), gone=frozenset(), muted=frozenset(), passed={},
        unreachable=(), facts={OWN: AccountData(Account(OWN, name), (), ())}, listings={},
    )  # fmt: skip
    return build_findings(evaluation, load())[0]


class TestAFinding:
    def test_is_short_whatever_the_names_are(self) -> None:
        finding = found(LONG, LONG)
        assert len(msgspec.json.encode(finding)) < 30_000
        for text in (finding.detail, finding.resource.name, finding.account.name, finding.discriminator):
            assert text.endswith("… (cut: 1,000,000 characters)")

    def test_keeps_its_identity_although_its_words_are_cut(self) -> None:
        assert found(LONG, LONG).fingerprint == fingerprint(
            "S3_BUCKET_PUBLIC_ACL", OWN, "global", "arn:aws:s3:::logs", LONG
        )
        assert found(LONG, f"{LONG}a").fingerprint != found(LONG, f"{LONG}b").fingerprint

    def test_of_ordinary_length_is_left_alone(self) -> None:
        finding = found("logs")
        assert (finding.detail, finding.resource.tags) == ("logs", {"logs": "logs"})
        assert json.loads(msgspec.json.encode(finding.evidence)) == {
            "name": "logs", "list": ["logs"], "deep": {"logs": ["logs"]}
        }  # fmt: skip


class TestEvidence:
    @pytest.mark.parametrize(
        "evidence", [{"names": [LONG] * 100}, {LONG: 1}, {str(n): "x" * 100 for n in range(10_000)}], ids=["list", "key", "many"]
    )  # fmt: skip
    def test_is_cut_and_says_so(self, evidence: dict[str, Any]) -> None:
        text = json.dumps(bounded_evidence(evidence), ensure_ascii=False)
        assert len(text) < 60_000
        assert "(cut: " in text

    def test_of_a_policy_is_whole_in_length(self) -> None:
        evidence = {"statements": [{"Sid": "x" * 100, "Action": ["s3:GetObject"] * 10} for _ in range(50)]}
        assert bounded_evidence(evidence) == evidence

    def test_keeps_what_is_no_text(self) -> None:
        assert bounded_evidence({"port": 22, "open": True, "none": None, "long": LONG})["port"] == 22


class TestTags:
    def test_beyond_aws_limit_are_counted(self) -> None:
        kept = bounded_tags({f"tag-{number:04d}": "v" for number in range(1000)})
        assert (len(kept), kept["…"]) == (60, "941 more tags")
        assert bounded_tags(kept) == kept

    def test_of_aws_own_limits_are_left_alone(self) -> None:
        tags = {f"{number:0128d}": "v" * 256 for number in range(50)}
        assert bounded_tags(tags) == tags


@given(st.text(max_size=50), st.integers(0, 60))
def test_a_cut_text_is_its_beginning_with_its_length(text: str, most: int) -> None:
    cut = clip(text, most)
    assert cut == text if len(text) <= most else cut == f"{text[:most]}… (cut: {len(text)} characters)"
