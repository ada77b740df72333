"""A fingerprint is the identity of a problem: it survives every change of words, and tells every two problems apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.registry import Fail, Registry, Resource, Severity, Tier, Unknown
from nightaudit_auditor.checks.results import CheckResult, Evaluation
from nightaudit_auditor.findings.build import build_findings
from nightaudit_auditor.findings.model import Finding, fingerprint
from nightaudit_auditor.snapshot import Account, AccountData

CHECKS = ("EC2_PUBLIC_ADMIN_PORT", "S3_BUCKET_PUBLIC_ACL")
ACCOUNTS = ("111111111111", "222222222222")

# Short texts over few letters meet often.
words = st.text("ab:/-é\n", max_size=3)
coordinates = st.tuples(words, words, words, words, words)


@given(coordinates, coordinates)
def test_two_differ_exactly_where_their_coordinates_do(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (fingerprint(*one) == fingerprint(*other)) == (one == other)


@given(coordinates, st.integers(0, 4), words)
def test_each_of_the_five_counts(one: tuple[str, ...], which: int, changed: str) -> None:
    other = (*one[:which], one[which] + changed + "x", *one[which + 1 :])
    assert fingerprint(*one) != fingerprint(*other)


@given(coordinates, st.integers(0, 3), st.text("ab:/", min_size=1, max_size=2))
def test_the_same_letters_divided_otherwise_are_another(one: tuple[str, ...], which: int, moved: str) -> None:
    left = (*one[:which], one[which] + moved, *one[which + 1 :])
    right = (*one[: which + 1], moved + one[which + 1], *one[which + 2 :])
    assert fingerprint(*left) != fingerprint(*right)


def test_it_is_the_same_in_every_version_and_on_every_machine() -> None:
    assert fingerprint("S3_BUCKET_PUBLIC_ACL", "111111111111", "eu-central-1", "arn:aws:s3:::logs", "") == (
        "b71b2a14e6bf07679f53a7ec84f26c52d895b2eb87be63c007015c3dc0e38aed"
    )


texts = st.text(max_size=20)
evidence = st.dictionaries(texts, st.one_of(texts, st.integers(), st.lists(texts)), max_size=3)
resources = st.builds(
    Resource,
    arn=st.sampled_from(("arn:a", "arn:b")),
    type=texts,
    name=texts,
    region=st.sampled_from(("eu-central-1", "global")),
    tags=st.dictionaries(texts, texts, max_size=2),
    data=evidence,
)
fails = st.builds(Fail, detail=texts, discriminator=st.sampled_from(("", "tcp/22", "tcp/23")), evidence=evidence)
unknowns = st.builds(Unknown, reason=texts, operation=texts)


@st.composite
def results(draw: st.DrawFn) -> CheckResult:
    resource = draw(resources)
    return CheckResult(
        check=draw(st.sampled_from(CHECKS)),
        account=draw(st.sampled_from(ACCOUNTS)),
        region=resource.region,
        resource=resource,
        outcome=draw(fails | unknowns),
        severity=draw(st.sampled_from(Severity)),
        judged=draw(st.sampled_from((resource.arn, "arn:judged"))),
    )


def findings_of(found: list[CheckResult], registry: Registry, names: dict[str, str]) -> tuple[Finding, ...]:
    """The findings, of accounts with these names."""
    facts = {id_: AccountData(Account(id_, names.get(id_, ""), labels=names), (), ()) for id_ in ACCOUNTS}
    evaluation = Evaluation(
        results=tuple(found), scopes=frozenset(), unknown=frozenset(), gone=frozenset(), muted=frozenset(), passed={},
        unreachable=(), facts=facts, listings={},
    )  # fmt: skip
    return build_findings(evaluation, registry)


def reworded(result: CheckResult, text: str, more: dict[str, Any], severity: Severity) -> CheckResult:
    """The same problem in other words: everything is another but its five coordinates."""
    outcome = result.outcome
    if isinstance(outcome, Fail):
        outcome = msgspec.structs.replace(outcome, detail=text, evidence=more)
    else:
        outcome = Unknown(text, text)
    resource = msgspec.structs.replace(result.resource, type=text, name=text, tags={text: text}, data=more)
    return msgspec.structs.replace(result, outcome=outcome, resource=resource, severity=severity, judged=text)


def rewritten(registry: Registry, text: str) -> Registry:
    """The catalogue after an edit of all that a check says."""
    return Registry(
        {
            id_: replace(
                check,
                title=text,
                description=text,
                risk=text,
                remediation=text,
                terraform=text,
                references=(text,),
                compliance=(text,),
                aliases=(text,),
                severity=Severity.INFO,
                tier=Tier.C,
            )
            for id_, check in registry.checks.items()
        }
    )


def prints(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.fingerprint for finding in findings)


@given(st.lists(results(), max_size=5), st.text(max_size=10), evidence, st.sampled_from(Severity), st.randoms())
def test_it_stays_whatever_titles_texts_severities_names_and_order_become(found, text, more, severity, random) -> None:
    before = findings_of(found, load(), {})
    changed = [reworded(result, text, more, severity) for result in found]
    random.shuffle(changed)
    after = findings_of(changed, rewritten(load(), text), dict.fromkeys(ACCOUNTS, text))
    assert prints(before) == prints(after)


@given(st.lists(results(), max_size=5))
def test_it_is_that_of_what_the_finding_itself_says(found) -> None:
    for finding in findings_of(found, load(), {}):
        assert finding.fingerprint == fingerprint(
            finding.check, finding.account.id, finding.region, finding.resource.arn, finding.discriminator
        )
