"""The fixed corpus: accounts that a seed decides, in which everybody is given a published way, or one that is nearly so."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import count

import msgspec

from bench.escalation.accounts import Account, Group, Policy, Principal, Statement, Workload
from bench.escalation.twists import PLAIN, SERVICES_OF_ROLES, TWISTS, Draft, Twist
from bench.escalation.ways import ROLE, USER, WAYS, Way

SEED = 20261125
ACCOUNTS = 30
ACTORS = 14
REGION = "eu-central-1"
_FIRST = 700000000001
_EVERYTHING: Statement = {"Action": "*", "Resource": "*"}
_HARMLESS: Statement = {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}
_POWER: Statement = {"NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"}
_ON_ALL = frozenset({"any-role", "new", "profile", "trusting-admin"})
_WORKLOAD_ARNS = {
    "lambda": f"arn:aws:lambda:{REGION}:{{account}}:function:{{name}}",
    "ec2": "arn:aws:ec2:*:{account}:instance/*",
    "codebuild": f"arn:aws:codebuild:{REGION}:{{account}}:project/{{name}}",
    "cloudformation": f"arn:aws:cloudformation:{REGION}:{{account}}:stack/{{name}}/*",
    "glue": f"arn:aws:glue:{REGION}:{{account}}:job/{{name}}",
}


def corpus(seed: int = SEED, accounts: int = ACCOUNTS) -> tuple[Account, ...]:
    """The accounts. The same seed gives the same ones, and fewer are the first of more."""
    dice = random.Random(seed)  # noqa: S311 - a corpus is no secret
    plans = _plans(dice)
    return tuple(
        _Builder(f"{_FIRST + n:012d}", dice).build([next(plans) for _ in range(ACTORS)]) for n in range(accounts)
    )


def _plans(dice: random.Random) -> Iterator[tuple[Way, Twist]]:
    """Every way as it was published, and then again and again with something changed, or not."""
    for turn in count():
        for way in dice.sample(WAYS, len(WAYS)):
            fitting = [twist for twist in TWISTS if twist.fits(way)]
            plain = turn == 0 or not way.open or way.grants[0][1] == "trusting-admin" or dice.random() < 0.1
            yield way, PLAIN if plain else dice.choice(fitting)


class _Builder:
    """One account in the making: what the ways need is added once, when the first of them needs it."""

    def __init__(self, id_: str, dice: random.Random) -> None:
        self._id = id_
        self._dice = dice
        self._groups: dict[str, Group] = {}
        self._principals: dict[str, Principal] = {}
        self._workloads: dict[str, Workload] = {}

    def build(self, plans: Sequence[tuple[Way, Twist]]) -> Account:
        self._role("worker-backup", self._service("backup"), harmless=True)
        self._role("admin-backup", self._service("backup"))
        for number, (way, twist) in enumerate(plans):
            self._actor(number, way, twist)
        self._add(Principal("bystander", (Policy("own", (_HARMLESS,)),)))
        self._add(Principal("poweruser", (Policy("own", (_POWER,)),)))
        found = Account(
            self._id, tuple(self._groups.values()), tuple(self._principals.values()), tuple(self._workloads.values())
        )
        # The account's id is filled in at the very end, so that twists need not know it.
        return msgspec.json.decode(msgspec.json.encode(found).replace(b"{account}", self._id.encode()), type=Account)

    def _actor(self, number: int, way: Way, twist: Twist) -> None:
        type_ = way.by or self._dice.choice((USER, ROLE))
        name = f"{type_.lower()}-{number:02d}"
        draft = Draft(
            way, [{"Action": action, "Resource": self._on(target, type_, name)} for action, target in way.grants]
        )
        twist.change(draft)
        policies = [Policy(f"{name}-own", (_HARMLESS,), managed=True)] if self._has(way, "own-policy") else []
        if self._has(way, "own-policy-with-older"):
            policies = [Policy(f"{name}-own", (_HARMLESS,), managed=True, older=(_EVERYTHING,))]
        groups: tuple[str, ...] = ()
        own = tuple(draft.statements)
        if self._has(way, "own-group"):
            groups = (f"{name}-team",)
            self._groups[groups[0]] = Group(groups[0], (Policy("team", (_HARMLESS,)),))
        delivery = self._dice.choice(["inline", "managed", *(["group"] if type_ == USER else [])])
        if delivery == "group":
            self._groups[f"{name}-may"] = Group(f"{name}-may", (Policy("way", own),))
            groups = (*groups, f"{name}-may")
        else:
            policies.append(Policy(f"{name}-way", own, managed=delivery == "managed"))
        trust = (self._service("codepipeline"),) if type_ == ROLE else ()
        self._add(
            Principal(
                name,
                tuple(policies),
                trust,
                boundary=tuple(draft.boundary),
                groups=groups,
                way=way.name,
                twist=twist.name,
            )
        )

    @staticmethod
    def _has(way: Way, target: str) -> bool:
        return any(on == target for _, on in way.grants)

    def _on(self, target: str, type_: str, name: str) -> str:
        """The resource of a statement; what it names is there afterwards."""
        kind, _, rest = target.partition(":")
        if target == "trusting-admin":
            self._role(f"admin-of-{name}", {"Principal": {"AWS": _arn(type_.lower(), name)}})
        if target in _ON_ALL:
            return "*"
        match kind:
            case "self":
                return _arn(type_.lower(), name)
            case "own-group":
                return _arn("group", f"{name}-team")
            case "admin-group":
                self._groups["admins"] = Group("admins", administrator=True)
                return _arn("group", "admins")
            case "own-policy" | "own-policy-with-older":
                return _arn("policy", f"{name}-own")
            case "admin-user" | "admin-user-with-two-keys" | "admin-user-with-password":
                keys = 2 if "keys" in kind else 1
                self._add(Principal(kind, administrator=True, keys=keys, password="password" in kind))
                return _arn("user", kind)
            case "user-to-be":
                return _arn("user", "new-*")
            case "shell-script":
                return "arn:aws:ssm:*::document/AWS-RunShellScript"
            case "no-instance":
                self._admin("ec2")
                return "*"
            case "open-worker":
                return self._role("open-worker", self._own(), harmless=True)
            case "open-admin":
                return self._role("open-admin", self._own())
            case "open-admin-with-id":
                return self._role("open-admin-with-id", self._own({"StringEquals": {"sts:ExternalId": "partner"}}))
            case "hops":
                return self._hops(name, int(rest))
            case "stage":
                target = self._role("open-admin", self._own())
                policy: Statement = {"Action": "iam:UpdateAssumeRolePolicy", "Resource": target}
                return self._role("stage", self._service(rest), policy)
            case "admin":
                return self._admin(rest)
            case _:
                return self._workload(rest, kind)

    def _admin(self, name: str) -> str:
        return self._role(f"admin-{name}", self._service(SERVICES_OF_ROLES.get(name, name)), profile=name == "ec2")

    def _workload(self, kind: str, name: str) -> str:
        role = f"admin-{kind}"
        if name == "runs-as-admin":
            self._admin(kind)
        else:
            role = f"worker-{kind}"
            self._role(role, self._service(kind), harmless=True)
        self._workloads[f"{kind}-{name}"] = Workload(kind, name, role)
        return _WORKLOAD_ARNS[kind].replace("{name}", name)

    def _hops(self, name: str, length: int) -> str:
        target = self._role("open-admin", self._own())
        for number in range(length):
            target = self._role(f"hop-{name}-{number}", self._own(), {"Action": "sts:AssumeRole", "Resource": target})
        return target

    def _role(
        self,
        name: str,
        trust: Statement,
        policy: Statement | None = None,
        *,
        harmless: bool = False,
        profile: bool = False,
    ) -> str:
        if name not in self._principals:
            controls = self._dice.random() < 0.25 and not profile
            own = policy or (_HARMLESS if harmless else {"Action": "iam:*", "Resource": "*"})
            admin = not (policy or harmless or controls)
            policies = () if admin else (Policy("own", (own,)),)
            self._add(
                Principal(
                    name, policies, ({"Action": "sts:AssumeRole", **trust},), administrator=admin, profile=profile
                )
            )
        return _arn("role", name)

    def _add(self, principal: Principal) -> None:
        self._principals.setdefault(principal.name, principal)

    def _service(self, name: str) -> Statement:
        trust: Statement = {"Action": "sts:AssumeRole", "Principal": {"Service": f"{name}.amazonaws.com"}}
        if self._dice.random() < 0.15:
            trust["Condition"] = {"StringEquals": {"aws:SourceAccount": "{account}"}}
        return trust

    @staticmethod
    def _own(condition: Statement | None = None) -> Statement:
        trust: Statement = {"Principal": {"AWS": "arn:aws:iam::{account}:root"}}
        return {**trust, "Condition": condition} if condition else trust


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:iam::{{account}}:{kind}/{name}"
