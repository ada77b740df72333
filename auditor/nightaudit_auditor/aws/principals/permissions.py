"""What one user or role may do: its policies and its groups', minus Deny, within its boundary and the organization's policies.

IAM User Guide, "Policy evaluation logic" and "How permissions boundaries work". Circumstances count as arranged (see
`circumstances`); what hangs on anything else that is not known is MAYBE.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nightaudit_auditor.aws.policy import (
    FREE,
    MISSING,
    Caller,
    Condition,
    Facts,
    Request,
    Statement,
    Truth,
    decide_statements,
    match_statement,
)
from nightaudit_auditor.aws.policy.circumstances import is_circumstance
from nightaudit_auditor.aws.policy.facts import Alternatives
from nightaudit_auditor.aws.policy.match import match, spelled, wild
from nightaudit_auditor.aws.policy.truth import every, some
from nightaudit_auditor.aws.policy.variables import has_variables, readings
from nightaudit_auditor.aws.principals.authorization import Authorization, Identity, boundary_of, policies_of
from nightaudit_auditor.aws.principals.names import Names, united
from nightaudit_auditor.aws.trust.guardrails import Guardrails
from nightaudit_auditor.snapshot import Account

FILLER = "nightaudit"
"""Stands for what a caller may choose in the name of what it makes."""
_ANYTHING = wild("*")


class Permissions:
    """The effective permissions of one user or role.

    `guardrails` are the organization's policies that apply; None if they could not be read. `organization` as of
    `principal_facts`. Raises PolicyError if one of the
    identity's policies, or its boundary, is malformed or was not read.
    """

    def __init__(
        self,
        known: Authorization,
        identity: Identity,
        account: Account,
        guardrails: Guardrails | None = None,
        organization: str | None = None,
    ) -> None:
        self.identity = identity
        self.account = account
        self.caller = Caller("AWS", account.id, identity.arn, bounded=bool(identity.boundary))
        self._facts = principal_facts(identity, account, organization)
        self._policies = [policy.text for policy in policies_of(known, identity)]
        boundary = boundary_of(known, identity)
        self._boundary = boundary.text if boundary is not None else None
        self._levels = guardrails.levels_for(identity.arn) if guardrails is not None else ()
        self._about: dict[str, tuple[Statement, ...]] = {}
        self._candidates: dict[tuple[str, Names], frozenset[str]] = {}
        for policy in (*policies_of(known, identity), *([boundary] if boundary is not None else [])):
            policy.document  # noqa: B018 - raises PolicyError here, once, and nowhere later

    def may(self, action: str, resource: str, facts: Facts | None = None) -> Truth:
        """Whether the identity may do `action` on `resource`, an ARN; `facts` are those of this request (see `facts`)."""
        if self.silent(action):
            return Truth.NO
        request = self._request(action, resource, facts)
        return every((decide_statements(self._speaking(action), request), *self._within(action, request)))

    def may_somewhere(self, action: str, template: str, facts: Facts | None = None) -> Truth:
        """Whether there is a resource among those of `template`, an ARN with `*`, on which the identity may do `action`.

        It chooses the names of what it makes: each pattern of an Allow statement is tried with a name that it admits.
        """
        return some(self.may(action, name, facts) for name in self._names(action, template))

    def choices(self, actions: Iterable[str], template: str) -> tuple[str, ...]:
        """Names of `template`'s kind, one for each pattern of an Allow that speaks of one of the actions: for what takes several."""
        return tuple(dict.fromkeys(name for action in actions for name in self._names(action, template)))

    def conditions(self, action: str) -> Iterator[Condition]:
        """The conditions on which policies, boundary and organization make the action depend."""
        limits = [] if self._boundary is None else [self._boundary]
        texts = (*self._policies, *limits, *(text for level in self._levels for text in level))
        return (condition for text in texts for statement in text.about(action) for condition in statement.conditions)

    def candidates(self, action: str, names: Names) -> frozenset[str]:
        """Those of the names that some Allow for the action covers: beyond them `may` need not be asked."""
        key = action, names
        if key not in self._candidates:
            self._candidates[key] = united(self._covered(action, names))
        return self._candidates[key]

    def silent(self, action: str) -> bool:
        """True if no Allow speaks of the action at all: the quick answer to nearly every question."""
        return not any(statement.allow for statement in self._speaking(action))

    def unbounded(self, action: str, resource: str, facts: Facts | None = None) -> Truth:
        """Whether boundary, organization and Deny statements leave `action` to somebody whom a resource's policy allows it."""
        request = self._request(action, resource, facts)
        return every((self._not_denied(action, request), *self._within(action, request)))

    def undenied(self, action: str, resource: str, facts: Facts | None = None) -> Truth:
        """The same, for somebody whom the resource's policy names as a user: that reaches past what a boundary does not say."""
        request = self._request(action, resource, facts)
        denies = [self._not_denied(action, request)]
        if self._boundary is not None:
            denies.append(decide_statements((_EVERYTHING, *_denying(self._boundary.about(action))), request))
        return every((*denies, *self._organization(request)))

    def facts(self, **known: Alternatives) -> Facts:
        """The facts of a request of this identity, with some keys added; `__` in a name stands for `:`."""
        return self._facts.but(**known)

    def circumstances(self, *actions: str) -> tuple[str, ...]:
        """The circumstances on which the policies make the actions depend, as condition keys: they count as arranged."""
        statements = (s for text in self._policies for s in text.document.statements)
        about = [s for s in statements if any(match_statement(s, action) is not Truth.NO for action in actions)]
        return tuple(sorted({c.key for s in about for c in s.conditions if is_circumstance(c)}))

    def _request(self, action: str, resource: str, facts: Facts | None) -> Request:
        return Request(action, resource, self.caller, facts or self._facts)

    def _speaking(self, action: str) -> tuple[Statement, ...]:
        if action not in self._about:
            self._about[action] = tuple(s for text in self._policies for s in text.about(action))
        return self._about[action]

    def _not_denied(self, action: str, request: Request) -> Truth:
        return decide_statements((_EVERYTHING, *_denying(self._speaking(action))), request)

    def _within(self, action: str, request: Request) -> Iterator[Truth]:
        if self._boundary is not None:
            yield decide_statements(self._boundary.about(action), request)
        yield from self._organization(request)

    def _organization(self, request: Request) -> Iterator[Truth]:
        for level in self._levels:
            yield decide_statements((s for text in level for s in text.about(request.action)), request)

    def _covered(self, action: str, names: Names) -> Iterator[frozenset[str]]:
        for statement in self._speaking(action):
            if statement.allow and statement.resources is None:
                yield names.all
            for pattern in (statement.resources or ()) if statement.allow else ():
                if statement.variables and has_variables(pattern):
                    yield from map(names.meeting, self._readings(pattern))
                else:
                    yield names.matching(pattern)

    def _names(self, action: str, template: str) -> Iterator[str]:
        yield template.replace("*", FILLER)
        for statement in self._speaking(action):
            for pattern in (statement.resources or ()) if statement.allow else ():
                filled = statement.variables and has_variables(pattern)
                for text in self._readings(pattern) if filled else (wild(pattern),):
                    name = _overlay(text, wild(template))
                    if match(wild(template), name) is Truth.YES:
                        yield name

    def _readings(self, pattern: str) -> Iterator[str]:
        return (reading[0] for reading in readings(pattern, self._facts) if reading is not None)


def principal_facts(identity: Identity | None, account: Account, organization: str | None = None) -> Facts:
    """What the requests of an identity say of it; None: of somebody in the account, of whom no more is known.

    `organization` is the id of the account's, empty if it has none, None if nobody knows (IAM User Guide, "AWS global condition
    context keys").
    """
    own: Alternatives = ((account.id,),)
    known: dict[str, Alternatives] = {
        "aws:principalaccount": own,
        "aws:resourceaccount": own,
        "aws:viaawsservice": (("false",),),
        "aws:principalisawsservice": (("false",),),
        "aws:calledvia": MISSING,
        "aws:calledviafirst": MISSING,
        "aws:calledvialast": MISSING,
        **_of_organization(organization),
    }
    if identity is None:
        return Facts(known, FREE)
    known["aws:principalarn"] = ((identity.arn,),)
    if id_ := str(identity.raw.get(f"{identity.type}Id", "")):
        # A session's name is the choice of whoever assumes the role.
        known["aws:userid"] = ((id_ if identity.type == "User" else f"{id_}:*",),)
    known["aws:principaltype"] = ((identity.type if identity.type == "User" else "AssumedRole",),)
    known["aws:username"] = ((identity.name,),) if identity.type == "User" else MISSING
    known |= {f"aws:principaltag/{key.lower()}": ((value,),) for key, value in identity.tags.items()}
    # Whoever assumes a role may be allowed to bring tags of his own.
    return Facts(known, FREE, {"aws:principaltag/": FREE if identity.type == "Role" else MISSING})


def _of_organization(id_: str | None) -> dict[str, Alternatives]:
    """Where in it the account is, nobody says here."""
    ids: Alternatives = FREE if id_ is None else ((id_,),) if id_ else MISSING
    paths: Alternatives = ((f"{id_}/*",),) if id_ else ids
    return {
        f"aws:{whose}org{what}": value
        for whose in ("principal", "resource")
        for what, value in (("id", ids), ("paths", paths))
    }


_EVERYTHING = Statement(allow=True, actions=("*",), not_actions=None, resources=("*",))


def _denying(statements: Iterable[Statement]) -> list[Statement]:
    return [statement for statement in statements if not statement.allow]


def _overlay(pattern: str, template: str) -> str:
    """A name that `pattern` admits, of the kind that `template` describes if the pattern does not say; both as `wild` makes them."""
    if pattern == _ANYTHING:
        return spelled(template, FILLER, "x")
    parts, kinds = pattern.split(":", 5), template.split(":", 5)
    if len(parts) == len(kinds) == 6:
        parts = [kind if part in (_ANYTHING, "") else part for part, kind in zip(parts, kinds, strict=True)]
    return spelled(":".join(parts), FILLER, "x")
