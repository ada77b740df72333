"""What the check of CloudWatch Logs finds, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, STRANGER, Case, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

POLICIES, PUBLIC = "logs.describe_resource_policies", "LOGS_RESOURCE_POLICY_PUBLIC"
DNS, DELIVERY = "route53.amazonaws.com", "delivery.logs.amazonaws.com"


def policies(*statements: dict[str, Any]) -> tuple[Record, ...]:
    """Each statement in a policy of its own."""
    found = [
        {"policyName": f"p{n}", "policyDocument": json.dumps({"Version": "2012-10-17", "Statement": [one]})}
        for n, one in enumerate(statements)
    ]
    return (ok(POLICIES, REGION, {"resourcePolicies": found}),)


def service(*names: str, effect: str = "Allow", **condition: Any) -> dict[str, Any]:
    group = f"arn:aws:logs:{REGION}:{OWN}:log-group:/aws/dns/*:*"
    found = {"Effect": effect, "Principal": {"Service": list(names)}, "Action": "logs:PutLogEvents", "Resource": group}
    return found | ({"Condition": condition} if condition else {})


OURS = {"StringEquals": {"aws:SourceAccount": OWN}}
CASES: list[Case] = [
    planted(PUBLIC, "a service, for anybody", policies(service(DNS)), finds=(DNS,)),
    planted(PUBLIC, "two services", policies(service(DNS, "es.amazonaws.com")), finds=("es.amazonaws.com", DNS)),
    planted(PUBLIC, "on every log group", policies(service(DNS) | {"Resource": "*"}), finds=(DNS,)),
    planted(PUBLIC, "any service", policies(service(DNS) | {"Principal": "*"}), finds=("*",)),
    hardened(PUBLIC, "for one hosted zone, whose ARN names no account", policies(service(DNS, ArnLike={"aws:SourceArn": "arn:aws:route53:::hostedzone/Z1"}))),
    planted(PUBLIC, "for all hosted zones of everybody", policies(service(DNS, ArnLike={"aws:SourceArn": "arn:aws:route53:::hostedzone/*"})), finds=(DNS,)),
    hardened(PUBLIC, "for the own account", policies(service(DELIVERY, **OURS, ArnLike={"aws:SourceArn": f"arn:aws:logs:{REGION}:{OWN}:*"}))),
    hardened(PUBLIC, "an account is not let in by such a policy", policies(service(DNS) | {"Principal": {"AWS": STRANGER}})),
    hardened(PUBLIC, "another policy denies it", policies(service(DNS), service(DNS, effect="Deny"))),
    hardened(PUBLIC, "every log group, all of which another policy denies", policies(service(DNS) | {"Resource": "*"}, service(DNS, effect="Deny") | {"Resource": f"arn:aws:logs:{REGION}:{OWN}:*"})),
    unreadable(PUBLIC, "a policy that is no policy", (ok(POLICIES, REGION, {"resourcePolicies": [{"policyName": "p", "policyDocument": "x"}]}),)),
    unreadable(PUBLIC, "denied", (denied(POLICIES, REGION),)),
]  # fmt: skip
