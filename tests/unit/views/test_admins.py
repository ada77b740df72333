"""Who is an administrator and why: what the checks of privileges say, with the policies or the path."""

from __future__ import annotations

import pytest

from nightaudit_auditor.checks.registry import Fail, Unknown
from nightaudit_auditor.snapshot import AccountData
from nightaudit_auditor.views.admins import Administrator, admins
from tests.unit.checks.build import OWN, REGION, SISTER, Case, Settings, account, denied, judge, problems
from tests.unit.checks.iam.build import (
    ADMIN_ARN,
    ADMINISTRATOR_ACCESS,
    DETAILS,
    allow,
    attached,
    group,
    inline,
    no_workloads,
    role,
    user,
    world,
)
from tests.unit.checks.iam.cases import CASES

PRIVESC = ("IAM_PRINCIPAL_PRIVESC", "IAM_PRINCIPAL_PRIVESC_PASSROLE", "IAM_PRINCIPAL_PRIVESC_CHAIN")
DIRECT = "IAM_PRINCIPAL_ADMIN_UNEXPECTED"
ADMIN = {"AttachedManagedPolicies": [attached(ADMIN_ARN)]}


def rows(*accounts: AccountData, settings: Settings | None = None) -> dict[str, Administrator]:
    """By name."""
    found = admins({data.account.id: data for data in accounts}, settings or Settings())
    return {row.name: row for row in found}


class TestDirectly:
    def test_the_policy_that_is_enough_is_named(self) -> None:
        found = rows(
            *world(user("ann", **ADMIN, UserPolicyList=[inline("harmless", allow("s3:Get*"))]), ADMINISTRATOR_ACCESS)
        )
        assert (found["ann"].status, found["ann"].why) == ("ADMINISTRATOR", "AdministratorAccess")

    def test_so_is_the_group_that_it_comes_by(self) -> None:
        found = rows(*world(user("ann", GroupList=["staff"]), group("staff", **ADMIN), ADMINISTRATOR_ACCESS))
        assert found["ann"].why == "AdministratorAccess (group staff)"

    def test_control_of_iam_is_told_apart(self) -> None:
        found = rows(*world(user("ann", UserPolicyList=[inline("own", allow("iam:*"))])))
        assert (found["ann"].status, found["ann"].why) == ("CONTROLS-IAM", "own")

    def test_policies_that_are_enough_only_together_say_so(self) -> None:
        halves = [inline("users", allow(["iam:*User*", "iam:CreateAccessKey", "iam:CreatePolicyVersion"]))]
        halves.append(inline("roles", allow(["iam:*Role*", "iam:UpdateAssumeRolePolicy", "iam:PassRole"])))
        found = rows(*world(user("ann", UserPolicyList=halves)))
        assert (found["ann"].status, found["ann"].why) == ("CONTROLS-IAM", "its policies together")

    def test_the_expected_are_listed_and_marked(self) -> None:
        known = Settings(admins=(f"arn:aws:iam::{OWN}:user/ann",))
        found = rows(*world(user("ann", **ADMIN), user("bob", **ADMIN), ADMINISTRATOR_ACCESS), settings=known)
        assert {name: row.expected for name, row in found.items()} == {"ann": True, "bob": False}

    def test_who_it_is_stands_though_nobody_can_say_whether_a_set_up_made_it(self) -> None:
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{SISTER}:root"}, "Action": "sts:AssumeRole"}
        set_up = role(trust, name="OrganizationAccountAccessRole", **ADMIN)
        unread = [denied(f"organizations.{name}") for name in ("describe_organization", "list_accounts", "list_roots")]
        (data,) = world(set_up, ADMINISTRATOR_ACCESS)
        kept = [record for name in data.operations() for record in data.records(name) if not name.startswith("organ")]
        found = rows(account(*kept, *unread))["OrganizationAccountAccessRole"]
        assert (found.status, found.expected) == ("ADMINISTRATOR", False)

    def test_ordinary_people_and_service_linked_roles_are_not_listed(self) -> None:
        linked = role(name="AWSServiceRoleForX", path="/aws-service-role/x.amazonaws.com/", **ADMIN)
        assert (
            rows(*world(user("ann", UserPolicyList=[inline("own", allow("s3:*"))]), linked, ADMINISTRATOR_ACCESS)) == {}
        )


class TestByEscalation:
    def test_the_path_is_the_reason(self) -> None:
        ann = user("ann", UserPolicyList=[inline("own", allow("iam:PutUserPolicy", f"arn:aws:iam::{OWN}:user/ann"))])
        row = rows(*world(ann))["ann"]
        assert row.status == "CAN-BECOME"
        assert row.why == "ann → (iam:PutUserPolicy) administrator"
        assert [step["by"] for step in row.path] == ["iam:PutUserPolicy"]

    def test_the_same_right_on_somebody_else_is_none(self) -> None:
        ann = user("ann", UserPolicyList=[inline("own", allow("iam:PutUserPolicy", f"arn:aws:iam::{OWN}:user/bob"))])
        assert rows(*world(ann, user("bob"))) == {}


class TestAgreement:
    @pytest.mark.parametrize("case", [case for case in CASES if case.check in (*PRIVESC, DIRECT)], ids=str)
    def test_the_checks_say_the_same(self, case: Case) -> None:
        nobody = Settings()
        found = admins({data.account.id: data for data in case.accounts}, nobody)
        can = {row.arn for row in found if row.status == "CAN-BECOME"}
        told = [judge(check, *case.accounts, settings=nobody) for check in PRIVESC]
        assert can == {result.resource.arn for evaluation in told for result in problems(evaluation)}
        are = {row.arn for row in found if row.status in ("ADMINISTRATOR", "CONTROLS-IAM") and not row.expected}
        direct = judge(DIRECT, *case.accounts, settings=nobody)
        undecided = {result.resource.arn for result in direct.results if isinstance(result.outcome, Unknown)}
        assert are - undecided == {result.resource.arn for result in problems(direct)}
        undecided = {r.resource.arn for e in told for r in e.results if not isinstance(r.outcome, Fail)}
        assert undecided - can <= {row.arn for row in found if row.status == "UNKNOWN"}


class TestUnknown:
    def test_details_that_were_not_read(self) -> None:
        (row,) = admins({OWN: account(denied(DETAILS), *no_workloads(REGION))}, Settings())
        assert (row.status, row.operation) == ("UNKNOWN", DETAILS)

    def test_a_policy_that_nobody_can_read(self) -> None:
        broken = {"PolicyName": "own", "PolicyDocument": "no JSON"}
        found = rows(*world(user("ann", UserPolicyList=[broken]), user("bob", **ADMIN), ADMINISTRATOR_ACCESS))
        assert {name: row.status for name, row in found.items()} == {"ann": "UNKNOWN", "bob": "ADMINISTRATOR"}

    def test_workloads_that_were_not_read(self) -> None:
        (data,) = world(user("ann"), extra=(denied("lambda.list_functions", REGION),))
        (row,) = admins({OWN: data}, Settings())
        assert (row.status, row.operation) == ("UNKNOWN", "lambda.list_functions")

    def test_an_account_that_was_not_reached(self) -> None:
        (row,) = admins({OWN: account(reachable=False)}, Settings())
        assert (row.status, row.type) == ("UNKNOWN", "AWS::::Account")
