"""What is changed about a published way: some leave it open, some close it, and some depend on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bench.escalation.accounts import Statement
from bench.escalation.ways import Way

_VERB = re.compile(r"(:[A-Z][a-z]+).*")
_NOBODY = "arn:aws:iam::{account}:role/nobody"
SERVICES_OF_ROLES = {"ec2-without-profile": "ec2"}
"""Where an administrator's role is not called after the service that it trusts."""


class Effect(StrEnum):
    """Whether the way is still open."""

    OPEN = "open"
    EITHER = "depends"
    CLOSED = "closed"


@dataclass
class Draft:
    """The policies of a principal in the making: a statement for each grant of its way, and its boundary."""

    way: Way
    statements: list[Statement]
    boundary: list[Statement] = field(default_factory=list)

    @property
    def actions(self) -> list[str]:
        """The actions of the way."""
        return [action for action, _ in self.way.grants]

    def narrow(self, operator: str, key: str, value: str) -> None:
        """Put a condition on every statement that allows."""
        for statement in self.statements:
            statement.setdefault("Condition", {}).setdefault(operator, {})[key] = value

    def of(self, target: str) -> list[Statement]:
        """The statements whose target begins so."""
        pairs = zip(self.statements, self.way.grants, strict=True)
        return [statement for statement, (_, on) in pairs if on.startswith(target)]


@dataclass(frozen=True)
class Twist:
    """`fits` says for which ways it makes sense."""

    name: str
    effect: Effect
    fits: Callable[[Way], bool]
    change: Callable[[Draft], None]


def _always(_: Way) -> bool:
    return True


def _has(target: str) -> Callable[[Way], bool]:
    return lambda way: any(on.startswith(target) for _, on in way.grants)


def _on_somebody(way: Way) -> bool:
    return way.grants[0][1].startswith(("admin", "open-admin", "self"))


def _passing(way: Way) -> bool:
    return way.grants[0] == ("iam:PassRole", way.grants[0][1]) and way.grants[0][1].startswith("admin:")


def _wildcards(draft: Draft) -> None:
    for statement in draft.statements:
        statement["Action"] = _VERB.sub(r"\1*", statement["Action"])


def _not_action(draft: Draft) -> None:
    for statement in draft.statements:
        del statement["Action"]
        statement["NotAction"] = ["s3:*", "dynamodb:*"]


def _everywhere(draft: Draft) -> None:
    for statement in draft.statements:
        statement["Resource"] = "*"


def _named(draft: Draft) -> None:
    for statement in draft.of("new"):
        statement["Resource"] = f"arn:aws:{statement['Action'].partition(':')[0]}:*:*:*"


def _elsewhere(draft: Draft) -> None:
    draft.statements[0]["Resource"] = re.sub(r"[^/:]+$", "nobody", draft.statements[0]["Resource"])


def _passed_to(service: str) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        role = draft.way.grants[0][1].partition(":")[2]
        name = service or f"{SERVICES_OF_ROLES.get(role, role)}.amazonaws.com"
        draft.statements[0]["Condition"] = {"StringEquals": {"iam:PassedToService": name}}

    return change


def _pass(role: str) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        draft.statements[0]["Resource"] = f"arn:aws:iam::{{account}}:role/{role}"

    return change


def _deny(statement: Callable[[Draft], Statement]) -> Callable[[Draft], None]:
    return lambda draft: draft.statements.append({"Effect": "Deny", **statement(draft)})


def _bounded(boundary: Callable[[Draft], list[str]]) -> Callable[[Draft], None]:
    return lambda draft: draft.boundary.append({"Action": boundary(draft), "Resource": "*"})


def _bounded_by_itself(draft: Draft) -> None:
    draft.boundary.extend(dict(statement) for statement in draft.statements)


def _condition(operator: str, key: str, value: str) -> Callable[[Draft], None]:
    return lambda draft: draft.narrow(operator, key, value)


def _tag(value: str) -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        draft.statements[0]["Condition"] = {"StringEquals": {"aws:ResourceTag/team": value}}

    return change


def _workload_tag(draft: Draft) -> None:
    for statement in draft.of("runs-as"):
        statement["Condition"] = {"StringEquals": {"aws:ResourceTag/team": "edge"}}


def _one_missing(draft: Draft) -> None:
    draft.statements.pop()


def _denied_where_made(draft: Draft) -> None:
    for statement in draft.of("new"):
        resource = f"arn:aws:{statement['Action'].partition(':')[0]}:*:*:*"
        draft.statements.append({"Effect": "Deny", "Action": statement["Action"], "Resource": resource})


_WITHOUT_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
PLAIN = Twist("", Effect.OPEN, _always, lambda _: None)
TWISTS = (
    Twist("actions by wildcards", Effect.OPEN, _always, _wildcards),
    Twist("NotAction instead of Action", Effect.OPEN, _always, _not_action),
    Twist("on every resource", Effect.OPEN, _always, _everywhere),
    Twist("what is made is limited to a service's ARNs", Effect.OPEN, _has("new"), _named),
    Twist("only for the service that is meant", Effect.OPEN, _passing, _passed_to("")),
    Twist("only with MFA", Effect.OPEN, _always, _condition("Bool", "aws:MultiFactorAuthPresent", "true")),
    Twist("only from an address range", Effect.OPEN, _always, _condition("IpAddress", "aws:SourceIp", "198.51.100.0/24")),
    Twist("only on what has a tag, which it has", Effect.OPEN, _on_somebody, _tag("core")),
    Twist(
        "denied on something else", Effect.OPEN, _always,
        _deny(lambda draft: {"Action": draft.actions[0], "Resource": _NOBODY}),
    ),
    Twist(
        "denied without MFA", Effect.OPEN, _always,
        _deny(lambda draft: {"Action": draft.actions, "Resource": "*", "Condition": _WITHOUT_MFA}),
    ),
    Twist("within a boundary of everything", Effect.OPEN, _always, _bounded(lambda _: ["*"])),
    Twist("only for another organization's", Effect.CLOSED, _always, _condition("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")),
    Twist("within a boundary of just that", Effect.EITHER, _always, _bounded_by_itself),
    Twist("within a boundary of other actions", Effect.CLOSED, _always, _bounded(lambda _: ["s3:*", "logs:*"])),
    Twist(
        "denied", Effect.CLOSED, _always, _deny(lambda draft: {"Action": draft.actions[0], "Resource": "*"})
    ),
    Twist("denied where it is made", Effect.CLOSED, _has("new"), _denied_where_made),
    Twist("on something else", Effect.CLOSED, _on_somebody, _elsewhere),
    Twist("only for another service", Effect.CLOSED, _passing, _passed_to("backup.amazonaws.com")),
    Twist("only on what has another tag", Effect.CLOSED, _on_somebody, _tag("edge")),
    Twist("only for another account's", Effect.CLOSED, _always, _condition("StringEquals", "aws:PrincipalAccount", "999999999999")),
    Twist("only on workloads with a tag, which they lack", Effect.CLOSED, _has("runs-as-admin"), _workload_tag),
    Twist("the role is harmless", Effect.CLOSED, _passing, _pass("worker-backup")),
    Twist("the role trusts another service", Effect.CLOSED, _passing, _pass("admin-backup")),
    Twist("one action is missing", Effect.CLOSED, lambda way: len(way.grants) > 1, _one_missing),
)  # fmt: skip
EFFECTS = {twist.name: twist.effect for twist in (PLAIN, *TWISTS)}
