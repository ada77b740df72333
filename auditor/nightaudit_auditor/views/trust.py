"""Whom the accounts let in from outside: through the trust of roles, the policies of resources, and what they share.

The checks of foreign accounts tell of strangers alone. Here they are asked as if nobody were known, so that they name everybody,
and each is then classified by the one trust model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from nightaudit_auditor.aws.policy import Exposure, Grant
from nightaudit_auditor.aws.trust import Classified, Relation, TrustModel
from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.iam.kinds import ROLE
from nightaudit_auditor.checks.iam.trust import exposure_of as role_exposure
from nightaudit_auditor.checks.registry import Check, Context, Fail, Kind, Resource, Settings, Unknown
from nightaudit_auditor.checks.sns.kinds import TOPIC
from nightaudit_auditor.checks.sns.topics import exposure_of as topic_exposure
from nightaudit_auditor.checks.sqs.queues import QUEUE
from nightaudit_auditor.checks.sqs.queues import exposure_of as queue_exposure
from nightaudit_auditor.snapshot import AccountData
from nightaudit_auditor.views.asking import UNKNOWN, about, ask, context_of, trust_of, unheard

EVERYBODY: Final = "*"
_CHECKS: Final = (
    "AMI_PUBLIC", "AMI_SHARED", "BACKUP_VAULT_PUBLIC", "DYNAMODB_POLICY_PUBLIC", "EBS_SNAPSHOT_PUBLIC", "EBS_SNAPSHOT_SHARED",
    "ECR_REPO_CROSS_ACCOUNT", "ECR_REPO_PUBLIC", "EVENTBRIDGE_BUS_PUBLIC", "GLACIER_PUBLIC", "GLUE_CATALOG_PUBLIC",
    "KMS_KEY_CROSS_ACCOUNT", "KMS_KEY_PUBLIC", "LAMBDA_CROSS_ACCOUNT", "LAMBDA_PUBLIC", "RAM_SHARE_EXTERNAL", "RDS_SNAPSHOT_PUBLIC",
    "RDS_SNAPSHOT_SHARED", "REDSHIFT_SNAPSHOT_SHARED", "S3_BUCKET_CROSS_ACCOUNT", "S3_BUCKET_PUBLIC_ACL", "S3_BUCKET_PUBLIC_GETOBJECT", "S3_BUCKET_PUBLIC_POLICY", "S3_BUCKET_PUBLIC_WRITE",
    "SECRET_CROSS_ACCOUNT", "SECRET_POLICY_PUBLIC", "SES_IDENTITY_PUBLIC", "SSM_DOCUMENT_PUBLIC", "VPC_ENDPOINT_SERVICE_OPEN",
    "VPC_PEERING_FOREIGN",
)  # fmt: skip
"""Checks of which every problem is somebody from outside: an `account` or an `organization` in its evidence, or else everybody."""


class Trusted(msgspec.Struct, frozen=True):
    """A row: a resource of an account lets `party` in (an account id, an organization's `o-…`, or `*` for everybody).

    `relation` is what the party is to us (own, organization, trusted, vendor, aws, stranger), with its `name`, or UNKNOWN: either
    nobody can say that, or `party` is empty and the resource could not be judged; `detail` and `operation` say why. Of a role
    `external_id` is `required` or `none`. `principals` are those that are named; none: the party as a whole.
    """

    account: str
    region: str
    type: str
    resource: str
    arn: str
    party: str
    relation: str
    name: str = ""
    external_id: str = ""
    principals: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    detail: str = ""
    operation: str = ""


_WHOEVER: Final = Grant(frozenset())


@dataclass(frozen=True)
class _Party:
    """`id` is an account's, an organization's or `*`. `external`: what RAM says of it, that it is outside of the organization."""

    id: str
    organization: bool = False
    grant: Grant = _WHOEVER
    external_id: str = ""
    external: bool | None = None


Say = Callable[[Resource, Context], Iterable[_Party | Unknown]]


def trust(
    accounts: Mapping[str, AccountData], settings: Settings, organization: AccountData | None = None
) -> tuple[Trusted, ...]:
    """The rows by account, those of parties first, then type, resource and party; the account itself is no party.

    Each account is looked up twice, one after the other, as by the checks: who is ours is known only when all were seen.
    """
    model = trust_of(accounts, settings, organization)
    checks = load().checks
    sayings = [*_SAYINGS, *((checks[id_].kind, _checked(checks[id_])) for id_ in _CHECKS)]
    return tuple(row for id_ in sorted(accounts) for row in _account(accounts[id_], settings, model, sayings))


def _account(
    data: AccountData, settings: Settings, model: TrustModel, sayings: Iterable[tuple[Kind, Say]]
) -> list[Trusted]:
    context = context_of(data, settings)
    found: list[tuple[Resource, _Party | Unknown]] = list(unheard(data))
    if data.reachable:
        found += [said for kind, say in sayings for said in ask(kind, context, say)]
    rows = {_row(data, resource, said, model) for resource, said in found if not _is_itself(said, data)}
    return sorted(
        rows,
        key=lambda row: (
            not row.party,
            row.type,
            row.region,
            row.resource,
            row.arn,
            row.party,
            row.detail,
            row.actions,
        ),
    )


def _is_itself(said: _Party | Unknown, data: AccountData) -> bool:
    return isinstance(said, _Party) and said.id == data.account.id


def _row(data: AccountData, resource: Resource, said: _Party | Unknown, model: TrustModel) -> Trusted:
    if isinstance(said, Unknown):
        return Trusted(*about(data, resource), "", UNKNOWN, detail=said.reason, operation=said.operation)
    who = _classified(said, model)
    relation = UNKNOWN if who.relation is Relation.UNKNOWN else who.relation.value
    principals, actions = tuple(sorted(said.grant.principals)), tuple(sorted(said.grant.actions))
    return Trusted(
        *about(data, resource),
        said.id,
        relation,
        who.name,
        said.external_id,
        principals,
        actions,
        who.reason,
        who.operation,
    )


def _classified(party: _Party, model: TrustModel) -> Classified:
    if party.id == EVERYBODY:
        return Classified(EVERYBODY, Relation.STRANGER, "everybody")
    found = model.classify_organization(party.id) if party.organization else model.classify(party.id)
    if found.relation is Relation.UNKNOWN and party.external is not None:
        return Classified(party.id, Relation.STRANGER if party.external else Relation.ORGANIZATION)
    return found


def _parties(exposed: Exposure) -> Iterator[_Party]:
    if exposed.public:
        yield _Party(EVERYBODY, grant=Grant(exposed.public))
    for account, grant in exposed.reached.items():
        yield _Party(account, grant=grant)
    for organization, grant in exposed.organizations.items():
        yield _Party(organization, organization=True, grant=grant)


def _role(resource: Resource, context: Context) -> Iterator[_Party | Unknown]:
    """Whoever gets in only if he names an external id must name one."""
    trusts = role_exposure(resource, context)
    bare = {party.id for party in _parties(trusts.bare)}
    for party in _parties(trusts.any_id):
        required = party.id not in bare and EVERYBODY not in bare
        yield replace(party, external_id="required" if required else "none")


def _topic(resource: Resource, context: Context) -> Iterator[_Party | Unknown]:
    return _parties(topic_exposure(resource, context))


def _queue(resource: Resource, context: Context) -> Iterator[_Party | Unknown]:
    return _parties(queue_exposure(resource, context))


def _checked(check: Check) -> Say:
    def say(resource: Resource, context: Context) -> Iterator[_Party | Unknown]:
        for result in check.evaluate(resource, context):
            yield _party(result) if isinstance(result, Fail) else result

    return say


def _party(found: Fail) -> _Party:
    told = found.evidence
    grant = Grant(frozenset(told.get("actions", ())), frozenset(told.get("principals", ())))
    party = str(told.get("organization", told.get("account", EVERYBODY)))
    return _Party(party, "organization" in told, grant, external=told.get("external"))


_SAYINGS: Final[tuple[tuple[Kind, Say], ...]] = ((ROLE, _role), (TOPIC, _topic), (QUEUE, _queue))
