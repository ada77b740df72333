"""How the organization's policies narrow the paths to administrators."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from nightaudit_auditor.checks.registry import Fail
from nightaudit_auditor.snapshot import AccountData, Outcome, Record
from tests.unit.checks.build import (
    OWN,
    SISTER,
    account,
    denied,
    failed,
    judge,
    ok,
    problems,
)
from tests.unit.checks.iam.build import (
    ADMINISTRATOR_ACCESS,
    allow,
    deny,
    details,
    role,
    trusting,
)
from tests.unit.checks.iam.escalation_cases import (
    ALL,
    CHAIN,
    PRIVESC,
    ann,
)

ANN = f"arn:aws:iam::{OWN}:user/ann"


def _world(*entities: dict[str, Any], records: tuple[Record, ...] = ()) -> AccountData:
    return account(details(*entities, ADMINISTRATOR_ACCESS), *records)


SCPS, RCPS = "organizations.list_service_control_policies", "organizations.list_resource_control_policies"


SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
ON = {SCP: "ENABLED", RCP: "ENABLED"}


def _manager(
    *statements: dict[str, Any],
    rcps: tuple[dict[str, Any], ...] = (),
    target: str = OWN,
    kinds_on: dict[str, str] | None = ON,
) -> AccountData:
    """The management account 222222222222 of an organization to which 111111111111 belongs, with policies on `target`."""
    root: dict[str, Any] = {"Id": "r-1"}
    if kinds_on is not None:
        root["PolicyTypes"] = [{"Type": kind, "Status": status} for kind, status in kinds_on.items()]
    kinds = ((SCPS, "p-FullAWSAccess", "p-scp", statements), (RCPS, "p-RCPFullAWSAccess", "p-rcp", rcps))
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    records = [
        ok("organizations.describe_organization", answer={"Organization": {"Id": "o-own", "MasterAccountId": SISTER}}),
        ok("organizations.list_accounts", answer={"Accounts": [{"Id": SISTER, "Name": "m"}, {"Id": OWN, "Name": "x"}]}),
        ok("organizations.list_roots", answer={"Roots": [root]}),
        ok("organizations.list_organizational_units_for_parent", answer={"OrganizationalUnits": [{"Id": "ou-1"}]}, ParentId="r-1"),
        ok("organizations.list_organizational_units_for_parent", answer={"OrganizationalUnits": []}, ParentId="ou-1"),
        ok("organizations.list_accounts_for_parent", answer={"Accounts": [{"Id": SISTER}]}, ParentId="r-1"),
        ok("organizations.list_accounts_for_parent", answer={"Accounts": [{"Id": OWN}]}, ParentId="ou-1"),
    ]  # fmt: skip
    for operation, of_aws, id_, own in kinds:
        records.append(ok(operation, answer={"Policies": [{"Id": of_aws}, {"Id": id_}]}))
        # What AWS's own policy says is not asked.
        text = json.dumps({"Version": "2012-10-17", "Statement": list(own) or [everything]})
        records.append(ok("organizations.describe_policy", answer={"Policy": {"Content": text}}, PolicyId=id_))
        for policy, places in ((of_aws, ["r-1", "ou-1", OWN]), (id_, [target])):
            targets = {"Targets": [{"TargetId": place} for place in places]}
            records.append(ok("organizations.list_targets_for_policy", answer=targets, PolicyId=policy))
    return account(*records, id_=SISTER)


NO_IAM = deny("iam:*")
OF_RCPS = {"p-RCPFullAWSAccess", "p-rcp"}


class TestTheOrganizationsPolicies:
    """AWS Organizations User Guide, "SCP evaluation" and "RCP evaluation"."""

    SELF_MADE = _world(ann(allow("iam:PutUserPolicy")))

    def _fails(self, check: str, data: AccountData, manager: AccountData) -> list[Fail]:
        results = problems(judge(check, data, manager))
        return [r.outcome for r in results if isinstance(r.outcome, Fail) and r.account == data.account.id]

    @pytest.mark.parametrize("place", ["r-1", "ou-1", OWN])
    def test_a_deny_at_any_level_counts(self, place: str) -> None:
        assert not self._fails(PRIVESC, self.SELF_MADE, _manager(NO_IAM, target=place))

    def test_what_another_unit_is_denied_does_not(self) -> None:
        (found,) = self._fails(PRIVESC, self.SELF_MADE, _manager(NO_IAM, target="ou-2"))
        assert found.evidence["scp"] == "applied"

    def test_a_service_control_policy_that_was_not_read_keeps_the_finding_and_says_so(self) -> None:
        (found,) = self._fails(PRIVESC, self.SELF_MADE, account(denied(SCPS), id_=SISTER))
        assert found.evidence["scp"] == "unread"

    def test_one_policy_that_was_not_read_leaves_all_unread(self) -> None:
        manager = _manager(NO_IAM)
        records = [
            r for op in manager.operations() for r in manager.records(op) if r.parameters.get("PolicyId") != "p-rcp"
        ]
        (found,) = self._fails(PRIVESC, self.SELF_MADE, account(*records, id_=SISTER))
        assert found.evidence["scp"] == "unread"

    def test_a_level_of_which_no_policy_was_found_leaves_all_unread(self) -> None:
        """One may have been replaced by another between the list of policies and the question after its targets."""
        manager = _manager(NO_IAM, target="ou-2")
        records = [r for op in manager.operations() for r in manager.records(op)]
        gone = failed("organizations.list_targets_for_policy", outcome=Outcome.GONE, PolicyId="p-FullAWSAccess")
        kept = [
            r for r in records if (r.operation, r.parameters.get("PolicyId")) != (gone.operation, "p-FullAWSAccess")
        ]
        (found,) = self._fails(PRIVESC, self.SELF_MADE, account(*kept, gone, id_=SISTER))
        assert found.evidence["scp"] == "unread"

    def test_a_kind_of_policy_that_is_off_takes_nothing_away(self) -> None:
        """AWS's own is listed then too, and attached nowhere: that is no level at which everything is denied."""
        data = _world(role(trusting({"AWS": OWN}), name="boss", **ALL), ann(allow("sts:AssumeRole")))
        manager = _manager(kinds_on={SCP: "ENABLED"})
        records = [r for op in manager.operations() for r in manager.records(op)]
        nowhere = [
            msgspec.structs.replace(r, answer={"Targets": []}) if r.parameters.get("PolicyId") in OF_RCPS else r
            for r in records
        ]
        (found,) = self._fails(CHAIN, data, account(*nowhere, id_=SISTER))
        assert found.evidence["scp"] == "applied"

    @pytest.mark.parametrize("kinds_on", [None, {**ON, SCP: "PENDING_DISABLE"}], ids=["not said", "being switched"])
    def test_a_kind_of_policy_that_may_be_off_leaves_all_unread(self, kinds_on: dict[str, str] | None) -> None:
        (found,) = self._fails(PRIVESC, self.SELF_MADE, _manager(NO_IAM, kinds_on=kinds_on))
        assert found.evidence["scp"] == "unread"

    def test_the_management_account_is_spared(self) -> None:
        manager = _manager(NO_IAM, target="r-1")
        both = [r for op in manager.operations() for r in manager.records(op)]
        data = account(details(ann(allow("iam:PutUserPolicy"))), *both, id_=SISTER)
        assert self._fails(PRIVESC, data, data)

    def test_a_condition_on_who_asks_is_decided(self) -> None:
        spared = deny("iam:*", Condition={"ArnNotLike": {"aws:PrincipalArn": ANN}})
        assert self._fails(PRIVESC, self.SELF_MADE, _manager(spared))
        others = deny("iam:*", Condition={"ArnLike": {"aws:PrincipalArn": ANN}})
        assert not self._fails(PRIVESC, self.SELF_MADE, _manager(others))

    def test_a_resource_control_policy_stops_assuming_a_role(self) -> None:
        data = _world(role(trusting({"AWS": OWN}), name="boss", **ALL), ann(allow("sts:AssumeRole")))
        no_assuming = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
        assert self._fails(CHAIN, data, _manager())
        assert not self._fails(CHAIN, data, _manager(rcps=(no_assuming,)))

    MAKER = _world(ann(allow(["iam:CreateRole", "iam:PutRolePolicy"])))

    def test_a_new_role_is_below_them_too(self) -> None:
        assert self._fails(PRIVESC, self.MAKER, _manager())
        spared = deny("iam:Attach*", Condition={"ArnNotLike": {"aws:PrincipalArn": ANN}})
        assert self._fails(PRIVESC, self.MAKER, _manager(spared))
        assert not self._fails(PRIVESC, self.MAKER, _manager({**spared, "Action": "iam:*"}))

    def test_a_new_role_may_have_to_carry_a_boundary_by_them(self) -> None:
        unbounded = deny(
            "iam:CreateRole", Condition={"StringNotEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{OWN}:policy/b"}}
        )
        assert not self._fails(PRIVESC, self.MAKER, _manager(unbounded))

    def test_a_new_role_cannot_be_assumed_if_they_forbid_it(self) -> None:
        no_assuming = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
        assert not self._fails(PRIVESC, self.MAKER, _manager(rcps=(no_assuming,)))
        assert not self._fails(PRIVESC, self.MAKER, _manager(deny("sts:AssumeRole")))

    def test_a_resource_control_policy_has_no_say_over_iam(self) -> None:
        no_iam = {"Effect": "Deny", "Principal": "*", "Action": "iam:*", "Resource": "*"}
        assert self._fails(PRIVESC, self.SELF_MADE, _manager(rcps=(no_iam,)))
