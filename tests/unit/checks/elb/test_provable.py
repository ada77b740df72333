"""What is provable stands, although something else could not be read."""

from __future__ import annotations

from nightaudit_auditor.checks.registry import Fail
from tests.unit.checks.build import REGION, denied, judge, problems
from tests.unit.checks.elb.cases import NLB, PORT, app, behind, listener, network, world


def test_an_open_listener_is_reported_though_nothing_is_known_of_its_targets() -> None:
    evaluation = judge(PORT, app(9200, denied("elbv2.describe_target_groups", REGION)))
    assert [r.outcome.discriminator for r in problems(evaluation) if isinstance(r.outcome, Fail)] == [
        "listener/tcp/9200/ipv4"
    ]
    assert len(evaluation.unknown) == 1


def test_the_evidence_names_the_way_in_hop_by_hop() -> None:
    data = world(*network(), *behind(5432, "TCP"), found=NLB, listeners=(listener(15432, "TCP"),))
    (found,) = problems(judge(PORT, data))
    assert isinstance(found.outcome, Fail)
    assert found.outcome.evidence["targets"] == ["i-1"]
    assert found.outcome.evidence["paths"] == [
        [
            "a load balancer's port 15432",
            "network ACL acl-1 (in by rule 100, out by rule 100)",
            "security group sg-2 allows all traffic from 0.0.0.0/0",
            "eni-2",
        ]
    ]
