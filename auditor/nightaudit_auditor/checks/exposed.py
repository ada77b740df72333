"""One way to judge the policy of a resource: whom it lets in, whether that is everybody, and which strangers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nightaudit_auditor.aws.policy import Document, Exposure, exposure, literal_actions, parse_at
from nightaudit_auditor.aws.policy.public import Adjust
from nightaudit_auditor.checks.foreign import foreign_results
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result


def policy_exposure(
    policy: str | Mapping[str, Any] | None,
    actions: Iterable[str],
    resource: Resource,
    context: Context,
    *,
    arns: Sequence[str] = (),
    adjust: Adjust | None = None,
) -> Exposure:
    """Whom a resource's policy lets in: asked for each of `actions` (`sqs:SendMessage`) and for those that the policy spells
    out, on the resource's ARN or, where a service's policies mean others, on `arns`.

    None, or an empty text, is no policy: nobody. `adjust` as in `aws.policy.exposure`. Raises PolicyError.
    """
    if not policy:
        return Exposure()
    return document_exposure(
        parse_at(policy, context.data.moment), actions, resource, context, arns=arns, adjust=adjust
    )


def document_exposure(
    document: Document,
    actions: Iterable[str],
    resource: Resource,
    context: Context,
    *,
    arns: Sequence[str] = (),
    adjust: Adjust | None = None,
) -> Exposure:
    """Likewise for a document, where several policies make one."""
    asked = tuple(arns) or (resource.arn,)
    probes = [(action, arn) for action in actions for arn in asked]
    known = {action.lower() for action, _ in probes}
    probes += [probe for probe in literal_actions(document, asked) if probe[0].lower() not in known]
    return exposure(document, probes, context.data.account.id, adjust)


def public_results(exposed: Exposure, detail: str) -> Iterator[Fail]:
    """One Fail, with the actions as its evidence, if everybody gets in."""
    if exposed.public:
        yield Fail(detail, evidence={"actions": sorted(exposed.public)})


def open_results(exposed: Exposure, context: Context, name: str) -> Iterator[Result]:
    """For checks that find both: a Fail if everybody gets in, and one for each stranger whom the policy names. The check
    needs `organizations.list_accounts`."""
    yield from public_results(exposed, f"{name} is open to everybody")
    yield from foreign_results(exposed, context, f"{name} is open to")
