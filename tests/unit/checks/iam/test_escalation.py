"""What the paths to administrators say of themselves, and what they leave undecided."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.aws.principals import CREDENTIALS
from nightaudit_auditor.checks.registry import Fail, Unknown
from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    account,
    denied,
    judge,
    organization,
    problems,
)
from tests.unit.checks.iam.build import (
    ADMINISTRATOR_ACCESS,
    REPORT,
    allow,
    deny,
    details,
    inline,
    no_workloads,
    report,
    role,
    row,
    trusting,
    user,
)
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
    hop,
    to,
)
from tests.unit.checks.iam.handing_cases import handing

ANN = f"arn:aws:iam::{OWN}:user/ann"


def _world(*entities: dict[str, Any], records: tuple[Record, ...] = ()) -> AccountData:
    return account(details(*entities, ADMINISTRATOR_ACCESS), *no_workloads(REGION), *records)


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

    def test_names_the_workload_that_is_given_another_role(self) -> None:
        (step,) = _path(PASSROLE, handing("UpdateProject")[0])
        assert step["by"] == "iam:PassRole + codebuild:UpdateProject + codebuild:StartBuild"
        assert step["on"] == f"arn:aws:codebuild:{REGION}:{OWN}:project/p"

    def test_names_whom_it_makes_by_the_names_that_it_may_choose(self) -> None:
        (step,) = _path(
            PRIVESC, _world(ann(allow(["iam:CreateRole", "iam:PutRolePolicy"], f"arn:aws:iam::{OWN}:role/app-*")))
        )
        assert step["by"] == "iam:CreateRole + iam:PutRolePolicy + sts:AssumeRole"
        assert step["on"] == f"arn:aws:iam::{OWN}:role/app-*"

    def test_says_that_whom_it_makes_gets_tags(self) -> None:
        of_a_team = allow("iam:PutUserPolicy", Condition={"StringEquals": {"aws:ResourceTag/team": "x"}})
        data = _world(ann(allow(["iam:CreateUser", "iam:TagUser", "iam:CreateAccessKey"]), of_a_team))
        (step,) = _path(PRIVESC, data)
        assert step["by"] == "iam:CreateUser + iam:TagUser + iam:PutUserPolicy + iam:CreateAccessKey"

    def test_says_that_a_service_linked_role_is_made_first(self) -> None:
        launches = ["autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"]
        data = _world(
            boss("ec2.amazonaws.com", **PROFILE), ann(PASS, allow([*launches, "iam:CreateServiceLinkedRole"]))
        )
        (step,) = _path(PASSROLE, data)
        assert step["by"] == " + ".join(["iam:PassRole", *launches, "iam:CreateServiceLinkedRole"])

    @pytest.mark.parametrize(("world", "length"), CHAINS.values(), ids=CHAINS)
    def test_is_as_short_as_can_be(self, world: tuple[AccountData], length: int) -> None:
        (found,) = problems(judge(CHAIN, *world, settings=WAYPOINTS))
        assert isinstance(found.outcome, Fail)
        assert len(found.outcome.evidence["path"]) == length

    def test_a_long_one_is_told_by_its_beginning_and_its_end_and_is_whole_in_the_evidence(self) -> None:
        found = _of(CHAIN, CHAINS["eight roles, then the administrator's"][0][0])
        assert isinstance(found, Fail)
        hops = [f"(sts:AssumeRole) {name}" for name in ("a", "b", "c", "… 3 more step(s) …", "g", "h", "boss")]
        assert found.detail.endswith(": " + " → ".join(["ann", *hops]).replace("(sts:AssumeRole) …", "…"))
        assert [step["to"].rpartition("/")[2] for step in found.evidence["path"]] == [*"abcdefgh", "boss"]

    def test_a_sure_detour_goes_before_a_short_way_that_cannot_be_decided(self) -> None:
        hops = [(a, to(b)) for a, b in (("a", "b"), ("b", "c"), ("c", "boss"))]
        short = {**to("boss"), "Condition": {"StringEquals": {"sts:Novelty": "x"}}}
        data = _world(hop("boss", **ALL), *(hop(name, own) for name, own in hops), ann(short, to("a")))
        assert [step["to"].rpartition("/")[2] for step in _path(CHAIN, data)] == ["a", "b", "c", "boss"]

    def test_a_doubtful_step_leads_on_to_a_sure_path_of_any_length(self) -> None:
        hops = [hop(a, to(b)) for a, b in (("a", "b"), ("b", "c"), ("c", "d"), ("d", "boss"))]
        doubtful = {**to("a"), "Condition": {"StringEquals": {"sts:Novelty": "x"}}}
        assert isinstance(_of(CHAIN, _world(hop("boss", **ALL), *hops, ann(doubtful))), Unknown)

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

    def test_a_tag_of_a_function(self) -> None:
        tagged = allow("lambda:UpdateFunctionCode", Condition={"StringEquals": {"aws:ResourceTag/dev": "yes"}})
        assert isinstance(_of(PASSROLE, _world(boss(), ann(tagged), records=(FUNCTION,))), Unknown)

    def test_a_workload_that_nobody_could_list(self) -> None:
        found = _of(PASSROLE, _world(boss(), ann(RUNNER), records=(UNLISTED,)))
        assert isinstance(found, Unknown)
        assert found.operation == "lambda.list_functions"
        assert f"(lambda:UpdateFunctionCode) boss; not listed: lambda.list_functions in {REGION}" in found.reason

    @pytest.mark.parametrize(
        ("operation", "action"),
        [("lambda.list_functions", "lambda:UpdateFunctionCode"), ("codebuild.list_projects", "codebuild:StartBuild")],
    )
    def test_workloads_for_which_nobody_asked(self, operation: str, action: str) -> None:
        service = f"{operation.partition('.')[0]}.amazonaws.com"
        asked = [record for record in no_workloads(REGION) if record.name != operation]
        data = account(details(boss(service), ann(allow(action)), ADMINISTRATOR_ACCESS), *asked)
        assert isinstance(_of(PASSROLE, data), Unknown)
        assert _of(PASSROLE, _world(boss(service), ann(allow(action)))) is None

    def test_a_workload_that_could_be_given_another_role_and_that_nobody_could_list(self) -> None:
        found = _of(
            PASSROLE, _world(boss(), ann(PASS, allow("lambda:UpdateFunctionConfiguration")), records=(UNLISTED,))
        )
        assert isinstance(found, Unknown)
        assert found.operation == "lambda.list_functions"
        assert found.reason.endswith(f"; not listed: lambda.list_functions in {REGION}")

    def test_instances_that_nobody_could_list_are_named_once(self) -> None:
        records = (denied("ec2.describe_instances", REGION),)
        way = allow(["ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation", "ssm:StartSession"])
        found = _of(PASSROLE, _world(boss("ec2.amazonaws.com", **PROFILE), ann(PASS, way), records=records))
        assert isinstance(found, Unknown)
        assert found.reason.count(f"not listed: ec2.describe_instances in {REGION}") == 1

    def test_the_role_of_a_task_whose_definition_was_not_read(self) -> None:
        services, definition = TASKS
        unread = denied(definition.name, REGION, **definition.parameters)
        data = _world(boss("ecs-tasks.amazonaws.com"), ann(allow("ecs:ExecuteCommand")), records=(services, unread))
        assert isinstance(_of(PASSROLE, data), Unknown)

    @pytest.mark.parametrize("action", sorted(CREDENTIALS))
    def test_which_credentials_an_administrator_has(self, action: str) -> None:
        data = _world(ann(allow(action)), user("boss", **ALL), records=(denied(REPORT),))
        found = _of(PRIVESC, data)
        assert isinstance(found, Unknown)
        assert found.operation == REPORT
        assert found.reason.endswith(f"({action}) boss; not read: {REPORT}")

    def test_the_credentials_of_an_administrator_who_was_made_after_the_report(self) -> None:
        data = _world(ann(allow("iam:CreateAccessKey")), user("boss", **ALL), records=(report(row("ann")),))
        assert isinstance(_of(PRIVESC, data), Unknown)

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


def _only(operator: str, key: str, value: str) -> dict[str, Any]:
    return allow("iam:PutUserPolicy", Condition={operator: {key: value}})


MEMBER = organization(OWN)


class TestWhoActs:
    """IAM User Guide, "AWS global condition context keys": what is known of the principal is nothing that it can arrange."""

    OF_ITSELF = (
        _only("StringEquals", "aws:PrincipalOrgID", "o-own"),
        _only("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}"),
        _only("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-own/*"),
        _only("StringEquals", "aws:PrincipalAccount", OWN),
        _only("ArnEquals", "aws:PrincipalArn", ANN),
        _only("StringEquals", "aws:userid", "AIDAANN"),
        _only("StringNotLike", "aws:userid", "AROAOTHER:*"),
        _only("Bool", "aws:PrincipalIsAWSService", "false"),
    )
    OF_OTHERS = (
        _only("StringEquals", "aws:PrincipalOrgID", "o-other"),
        _only("StringNotEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}"),
        _only("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-other/*"),
        _only("StringEquals", "aws:PrincipalAccount", SISTER),
        _only("ArnEquals", "aws:PrincipalArn", f"{ANN}-other"),
        _only("StringEquals", "aws:userid", "AIDAOTHER"),
        _only("Bool", "aws:PrincipalIsAWSService", "true"),
    )  # fmt: skip

    @pytest.mark.parametrize("statement", OF_ITSELF, ids=str)
    def test_what_is_true_of_it_is_met(self, statement: dict[str, Any]) -> None:
        assert isinstance(_of(PRIVESC, _world(ann(statement, UserId="AIDAANN"), records=MEMBER)), Fail)

    @pytest.mark.parametrize("statement", OF_OTHERS, ids=str)
    def test_what_is_not_true_of_it_is_not_met(self, statement: dict[str, Any]) -> None:
        assert _of(PRIVESC, _world(ann(statement, UserId="AIDAANN"), records=MEMBER)) is None

    def test_a_deny_for_others_is_not_meant(self) -> None:
        outside = deny("*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-own"}})
        assert isinstance(_of(PRIVESC, _world(ann(allow("iam:PutUserPolicy"), outside), records=MEMBER)), Fail)
        assert _of(PRIVESC, _world(ann(allow("iam:PutUserPolicy"), outside), records=NO_ORGANIZATION)) is None

    def test_a_deny_for_its_organization_stays_on_whoever_gives_himself_everything(self) -> None:
        stays = {"Effect": "Deny", "Action": "iam:*", "NotResource": ANN}
        for home, found in (("o-own", type(None)), ("o-other", Fail)):
            limited = stays | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": home}}}
            data = _world(ann(allow("iam:PutUserPolicy"), limited), records=MEMBER)
            assert isinstance(_of(PRIVESC, data), found)

    def test_an_account_without_an_organization_is_in_none(self) -> None:
        assert _of(PRIVESC, _world(ann(self.OF_ITSELF[0]), records=NO_ORGANIZATION)) is None

    def test_an_organization_that_nobody_could_read_leaves_it_open(self) -> None:
        unread = tuple(denied(record.name) for record in NO_ORGANIZATION)
        assert isinstance(_of(PRIVESC, _world(ann(self.OF_ITSELF[0]), records=unread)), Unknown)
        assert isinstance(_of(PRIVESC, _world(ann(self.OF_OTHERS[0]), records=unread)), Unknown)

    def test_where_in_the_organization_it_is_is_left_open(self) -> None:
        below = _only("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-own/r-1/*")
        assert isinstance(_of(PRIVESC, _world(ann(below), records=MEMBER)), Unknown)

    def test_a_role_is_known_by_its_id_and_its_session_by_whoever_assumes_it(self) -> None:
        def said(pattern: str) -> Fail | Unknown | None:
            own = allow("iam:PutRolePolicy", Condition={"StringLike": {"aws:userid": pattern}})
            data = _world(role(RoleId="AROAWORKER", RolePolicyList=[inline("own", own)]))
            return _of(PRIVESC, data, f"arn:aws:iam::{OWN}:role/worker")

        assert isinstance(said("AROAWORKER:*"), Fail)
        assert isinstance(said("AROAWORKER:bob"), Unknown)
        assert said("AROAOTHER:*") is None

    def test_an_administrator_in_another_organization_is_none_here(self) -> None:
        check = "IAM_PRINCIPAL_ADMIN_UNEXPECTED"
        everything = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-other"}}}
        assert _of(check, _world(ann(allow() | everything), records=MEMBER)) is None
        assert isinstance(
            _of(
                check,
                _world(ann(allow() | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-own"}}}), records=MEMBER),
            ),
            Fail,
        )

    @pytest.mark.parametrize(
        ("condition", "open_"),
        [
            ({"StringEquals": {"aws:SourceOrgID": "o-own"}}, True),
            ({"StringEquals": {"aws:SourceOrgID": "o-other"}}, False),
            ({"StringEquals": {"aws:PrincipalOrgID": "o-own"}}, False),
        ],
        ids=str,
    )
    def test_a_service_acts_for_the_own_organization_and_is_in_none(
        self, condition: dict[str, Any], open_: bool
    ) -> None:
        trusted = role(trusting({"Service": "lambda.amazonaws.com"}, condition), name="boss", **ALL)
        assert (_of(PASSROLE, _world(trusted, ann(PASS, allow(LAMBDA)), records=MEMBER)) is not None) is open_
