"""Where the worlds are planted, and what is expected of the runs over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from demo.aws import facts
from demo.aws.facts import Account
from demo.aws.seeding.cloud import Cloud


class Night(StrEnum):
    """The runs over the worlds: one audits every account of the organization, the other leaves one out."""

    WHOLE = "whole"
    PARTIAL = "partial"


@dataclass(frozen=True)
class Expected:
    """A check and a resource: the ARN, the account and the region that its finding carries (`global` for IAM's and the like).

    `discriminator` is for a resource with several problems of one check, some of which must be found; None stands for any.
    """

    check: str
    account: Account
    resource: str
    region: str = facts.HOME_REGION
    discriminator: str | None = None
    night: Night = Night.WHOLE


@dataclass(frozen=True)
class Place:
    """Two accounts of an organization: `problems` holds what must be found, `twins` what must not be.

    A twin beside its problem, in the same account, is the harder test: `twins` is for what holds of a whole account.
    """

    cloud: Cloud
    problems: Account = facts.PRODUCTION
    twins: Account = facts.STAGING
    planted: list[Expected] = field(default_factory=list)
    hardened: list[Expected] = field(default_factory=list)

    def client(self, service: str, region: str = facts.HOME_REGION, *, twin: bool = False) -> Any:
        """A boto3 client in the problems' account, or in the twins'."""
        return self.cloud.client(self._account(twin), service, region)

    @cached_property
    def former(self) -> Account:
        """An account that has left the organization, so that it is a stranger with whom one can do business."""
        organization = self.cloud.client(facts.MANAGEMENT, "organizations", "us-east-1")
        made = organization.create_account(AccountName="former", Email="aws+former@example.com")["CreateAccountStatus"]
        organization.remove_account_from_organization(AccountId=made["AccountId"])
        return Account(made["AccountId"], "former", "")

    def finds(
        self,
        check: str,
        *arns: str,
        region: str = facts.HOME_REGION,
        twin_account: bool = False,
        discriminator: str | None = None,
    ) -> None:
        """The check must fail on each of these resources."""
        self.planted.extend(self._each(check, arns, region, twin_account, discriminator))

    def passes(
        self,
        check: str,
        *arns: str,
        region: str = facts.HOME_REGION,
        twin_account: bool = False,
        discriminator: str | None = None,
    ) -> None:
        """The check must have judged each of these resources, and have nothing to say of it."""
        self.hardened.extend(self._each(check, arns, region, twin_account, discriminator))

    def _each(
        self, check: str, arns: Iterable[str], region: str, twin_account: bool, discriminator: str | None
    ) -> list[Expected]:
        account = self._account(twin_account)
        return [Expected(check, account, arn, region, discriminator) for arn in arns]

    def _account(self, twin: bool) -> Account:
        return self.twins if twin else self.problems
