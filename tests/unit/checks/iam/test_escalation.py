"""What the paths to administrators say of themselves, and what they leave undecided."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nightaudit_auditor.checks.registry import Fail, Unknown
from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import OWN, REGION, SISTER, account, denied, judge, ok, problems
from tests.unit.checks.iam.build import ADMINISTRATOR_ACCESS, allow, deny, details, inline, role, trusting, user
from tests.unit.checks.iam.escalation_cases import (
    ALL,
    BOSS_ROLE,
    CHAIN,
    CHAINS,
    FUNCTION,
    LAMBDA,
    MFA,
    PASS,
    PASSROLE,
    PRIVESC,
    PROFILE,
    RUNNER,
    RUNNING,
    TASKS,
    UNLISTED,
    WAYPOINTS,
    ann,
    boss,
)

ANN = f"arn:aws:iam::{OWN}:user/ann"


def _world(*entities: dict[str, Any], records: tuple[Record, ...] = ()) -> AccountData:
    return account(details(*entities, ADMINISTRATOR_ACCESS), *records)


def _of(check: str, data: AccountData, arn: str = ANN) -> Fail | Unknown | None:
    return next((r.outcome for r in judge(check, data).results if r.resource.arn == arn), None)


def _path(check: str, data: AccountData) -> list[dict[str, str]]:
    found = _of(check, data)
    assert isinstance(found, Fail)
    return list(found.evidence["path"])


class TestThePath:
    def test_names_who_does_what_to_whom(self) -> None:
        data = _world(boss(), ann(PASS, allow(LAMBDA)))
        by = "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction"
        assert _path(PASSROLE, data) == [{"from": ANN, "by": by, "to": BOSS_ROLE}]

    def test_names_the_workload_that_is_changed(self) -> None:
        data = _world(boss(), ann(RUNNER), records=(FUNCTION,))
        (step,) = _path(PASSROLE, data)
        assert (step["by"], step["on"]) == (
            "lambda:UpdateFunctionCode",
            f"arn:aws:lambda:{REGION}:{OWN}:function:billing",
        )

    @pytest.mark.parametrize(("world", "length"), CHAINS.values(), ids=CHAINS)
    def test_is_as_short_as_can_be(self, world: tuple[AccountData], length: int) -> None:
        (found,) = problems(judge(CHAIN, *world, settings=WAYPOINTS))
        assert isinstance(found.outcome, Fail)
        assert len(found.outcome.evidence["path"]) == length

    def test_says_under_which_circumstances_it_is_open(self) -> None:
        found = _of(PRIVESC, _world(ann(allow("iam:PutUserPolicy", Condition=MFA))))
        assert isinstance(found, Fail)
        assert found.evidence["when"] == ["aws:multifactorauthpresent"]

    def test_says_which_workloads_nobody_could_see(self) -> None:
        found = _of(PASSROLE, RUNNING["one region is unread, and the function is in the other"][0])
        assert isinstance(found, Fail)
        assert found.evidence["workloadsUnread"] == ["lambda.list_functions in eu-west-1"]


class TestWhatCannotBeDecided:
    """It is neither allowed nor denied in silence."""

    def test_a_tag_of_an_instance(self) -> None:
        instance = {
            "InstanceId": "i-1",
            "State": {"Name": "running"},
            "IamInstanceProfile": {"Arn": f"arn:aws:iam::{OWN}:instance-profile/p"},
        }
        records = (ok("ec2.describe_instances", REGION, {"Reservations": [{"Instances": [instance]}]}),)
        tagged = allow("ssm:StartSession", Condition={"StringEquals": {"aws:ResourceTag/dev": "yes"}})
        assert isinstance(
            _of(PASSROLE, _world(boss("ec2.amazonaws.com", **PROFILE), ann(tagged), records=records)), Unknown
        )

    def test_a_workload_that_nobody_could_list(self) -> None:
        found = _of(PASSROLE, _world(boss(), ann(RUNNER), records=(UNLISTED,)))
        assert isinstance(found, Unknown)
        assert found.operation == "lambda.list_functions"
        assert f"(lambda:UpdateFunctionCode) boss; not listed: lambda.list_functions in {REGION}" in found.reason

    def test_the_role_of_a_task_whose_definition_was_not_read(self) -> None:
        services, definition = TASKS
        unread = denied(definition.name, REGION, **definition.parameters)
        data = _world(boss("ecs-tasks.amazonaws.com"), ann(allow("ecs:ExecuteCommand")), records=(services, unread))
        assert isinstance(_of(PASSROLE, data), Unknown)

    def test_a_chain_through_a_workload_that_nobody_could_list(self) -> None:
        hop = role(trusting({"AWS": ANN}), name="hop", RolePolicyList=[inline("own", RUNNER)])
        records = (UNLISTED,)
        found = _of(CHAIN, _world(boss(), hop, ann(allow("sts:AssumeRole")), records=records))
        assert isinstance(found, Unknown)
        assert found.operation == "lambda.list_functions"

    def test_a_trust_policy_that_is_no_policy(self) -> None:
        broken = role(name="boss", **ALL) | {"AssumeRolePolicyDocument": "{'not': json}"}
        assert isinstance(_of(CHAIN, _world(broken, ann(allow("sts:AssumeRole")))), Unknown)

    def test_a_tag_that_a_session_may_bring(self) -> None:
        trust = trusting({"AWS": OWN}, {"StringEquals": {"aws:PrincipalTag/team": "x"}})
        worker = role(RolePolicyList=[inline("own", allow("sts:AssumeRole"))])
        data = _world(role(trust, name="boss", **ALL), worker)
        assert isinstance(_of(CHAIN, data, f"arn:aws:iam::{OWN}:role/worker"), Unknown)

    def test_a_sure_way_goes_before_one_that_cannot_be_decided(self) -> None:
        doubtful = allow("iam:PutUserPolicy", Condition={"StringEquals": {"iam:Novelty": "x"}})
        assert isinstance(_of(PRIVESC, _world(ann(doubtful, allow("iam:AttachUserPolicy")))), Fail)

    def test_one_malformed_policy_leaves_the_others_judged(self) -> None:
        broken = user("bob", UserPolicyList=[{"PolicyName": "p", "PolicyDocument": "{'not': json}"}])
        data = _world(broken, ann(allow("iam:PutUserPolicy")))
        assert isinstance(_of(PRIVESC, data), Fail)
        assert isinstance(_of(PRIVESC, data, f"arn:aws:iam::{OWN}:user/bob"), Unknown)


SCPS, RCPS = "organizations.list_service_control_policies", "organizations.list_resource_control_policies"


def _manager(*statements: dict[str, Any], rcps: tuple[dict[str, Any], ...] = (), target: str = OWN) -> AccountData:
    """The management account 222222222222 of an organization to which 111111111111 belongs, with policies on `target`."""
    kinds = ((SCPS, "p-FullAWSAccess", "p-scp", statements), (RCPS, "p-RCPFullAWSAccess", "p-rcp", rcps))
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    records = [
        ok("organizations.describe_organization", answer={"Organization": {"Id": "o-own", "MasterAccountId": SISTER}}),
        ok("organizations.list_accounts", answer={"Accounts": [{"Id": SISTER, "Name": "m"}, {"Id": OWN, "Name": "x"}]}),
        ok("organizations.list_roots", answer={"Roots": [{"Id": "r-1"}]}),
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

    def test_a_resource_control_policy_has_no_say_over_iam(self) -> None:
        no_iam = {"Effect": "Deny", "Principal": "*", "Action": "iam:*", "Resource": "*"}
        assert self._fails(PRIVESC, self.SELF_MADE, _manager(rcps=(no_iam,)))
