"""The models of the checks, asked resource by resource: what is said of each, and what nobody can say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from nightaudit_auditor.aws import account_arn
from nightaudit_auditor.aws.policy import PolicyError
from nightaudit_auditor.aws.trust import OPERATIONS as TRUST_OPERATIONS
from nightaudit_auditor.aws.trust import TrustModel, build_trust
from nightaudit_auditor.checks.registry import Context, Kind, Resource, Settings, Undecidable, Unknown
from nightaudit_auditor.snapshot import GLOBAL, NOT_ITS_TURN, AccountData, Gone, Unreadable

UNKNOWN: Final = "UNKNOWN"
"""How every view marks a row that says what could not be read."""

_NOBODY: Final = replace(build_trust({}), known={})
_REGIONS: Final = "ec2.describe_regions"
Said = TypeVar("Said")


def ask(
    kind: Kind, context: Context, say: Callable[[Resource, Context], Iterable[Said]]
) -> Iterator[tuple[Resource, Said | Unknown]]:
    """What `say` has to tell of each resource of a kind, and an Unknown for each that it cannot judge.

    A list that could not be read is an Unknown of a resource that has the kind's type and no name; so are the resources whose
    turn to be read was not in this run. `say` may raise what a check may: Unreadable, Undecidable, PolicyError, Gone (the
    resource is left out) or anything else; what it told before stands.
    """
    data = context.data
    try:
        for entry in kind.enumerate(data):
            if isinstance(entry, Unreadable):
                yield _unlisted(kind, data, entry.region), _unread(entry)
            else:
                yield from _asked(kind, entry, context, say)
    except Unreadable as problem:
        yield _unlisted(kind, data, problem.region), _unread(problem)
    except Exception as error:  # noqa: BLE001 - one odd item must not hide what else the account holds
        yield _unlisted(kind, data, GLOBAL), Unknown(f"the list is malformed: {_crash(error)}", ", ".join(kind.needs))


def _asked(
    kind: Kind, resource: Resource, context: Context, say: Callable[[Resource, Context], Iterable[Said]]
) -> Iterator[tuple[Resource, Said | Unknown]]:
    try:
        for said in say(resource, context):
            yield resource, said
    except Unreadable as problem:
        # Those who wait for their turn are as planned, and many: the same row for all of them.
        waits = problem.code == NOT_ITS_TURN
        yield _unlisted(kind, context.data, resource.region) if waits else resource, _unread(problem)
    except Undecidable as doubt:
        yield resource, doubt.said
    except Gone:
        return
    except PolicyError as problem:
        yield resource, Unknown(problem.told, problem.operation)
    except Exception as error:  # noqa: BLE001 - likewise
        yield resource, Unknown(f"its description is malformed: {_crash(error)}")


def about(data: AccountData, resource: Resource) -> tuple[str, str, str, str, str]:
    """Account, region, type, name and ARN: text, whatever the answers held."""
    return data.account.id, resource.region, resource.type, str(resource.name), str(resource.arn)


def unheard(data: AccountData) -> Iterator[tuple[Resource, Unknown]]:
    """Why nothing is known of an account, or of its regions: then there is nothing to list, which is not the same as none."""
    account = data.account
    whole = Resource(account_arn(account), "AWS::::Account", account.name or account.id)
    if not data.reachable:
        yield whole, Unknown("the account could not be reached")
    elif not data.regions:
        try:
            data.answer(_REGIONS)
        except Unreadable as problem:
            yield whole, _unread(problem)


def trust_of(accounts: Mapping[str, AccountData], settings: Settings, organization: AccountData | None) -> TrustModel:
    """The trust model of a night over these accounts. Each is looked up once, and no more is kept of it than the model needs."""
    return build_trust(
        {id_: accounts[id_].only(TRUST_OPERATIONS) for id_ in sorted(accounts)},
        discovered=organization,
        trusted_accounts=settings.trusted_accounts,
        trusted_organizational_units=settings.trusted_organizational_units,
        known_vendors=settings.known_vendors,
    )


def context_of(data: AccountData, settings: Settings, now: float = 0.0, trust: TrustModel | None = None) -> Context:
    """What checks may consult. Without `trust` nobody is known: for what does not ask who somebody is."""
    return Context(data, settings, {data.account.id: data}, now, trust or _NOBODY)


def _unlisted(kind: Kind, data: AccountData, region: str) -> Resource:
    return Resource(account_arn(data.account), kind.type, "", region)


def _unread(problem: Unreadable) -> Unknown:
    return Unknown(str(problem), problem.operation)


def _crash(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
