"""The comparison with principalmapper: what is read of it, how a difference is explained, and what each class changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from bench.escalation.accounts import Account, Principal, Workload
from bench.escalation.classes import CLASSES, Class, Side, ask_as
from bench.escalation.compare import Judged, compare, explain, unused
from bench.escalation.mapper import patched, read
from bench.escalation.ours import ask
from bench.escalation.page import Compared, filled, generated
from bench.escalation.verdicts import NEITHER, Said, Verdict
from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import NO_ORGANIZATION, OWN, REGION, Settings, ok
from tests.unit.checks.iam.build import (
    ADMIN_ARN,
    ADMINISTRATOR_ACCESS,
    allow,
    attached,
    deny,
    group,
    inline,
    managed,
    report,
    role,
    row,
    trusting,
    user,
    world,
)

ADMIN, ESCALATES, UNKNOWN = Said(Verdict.ADMIN), Said(Verdict.ESCALATES), Said(Verdict.UNKNOWN)
PLANTED = Account(OWN, (), (), ())
POLICY, BOSS = f"arn:aws:iam::{OWN}:policy/own", f"arn:aws:iam::{OWN}:role/boss"
PROFILE = f"arn:aws:iam::{OWN}:instance-profile/boss"
BOUNDARY = {"PermissionsBoundary": {"PermissionsBoundaryArn": POLICY}}
PASS = allow("iam:PassRole", BOSS)
FUNCTION = f"arn:aws:lambda:{REGION}:{OWN}:function:job"


def ann(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return user("ann", UserPolicyList=[inline("way", *statements)], **more)


def worker(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    trust = trusting({"Service": "backup.amazonaws.com"})
    return role(trust, name="worker", RolePolicyList=[inline("way", *statements)], **more)


def boss(service: str, condition: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    trust = trusting({"Service": f"{service}.amazonaws.com"}, condition)
    return role(trust, name="boss", AttachedManagedPolicies=[attached(ADMIN_ARN)], **more)


class Case(NamedTuple):
    """Somebody of whom the auditor says `ours`, and `theirs` if the class held."""

    name: str
    who: str
    ours: Said
    theirs: Said
    entities: tuple[dict[str, Any], ...]
    records: tuple[Record, ...] = ()
    planted: Account = PLANTED


CASES = (
    Case(
        "a role's boundary", "role/worker", NEITHER, ESCALATES,
        (worker(allow("iam:UpdateAssumeRolePolicy", BOSS), **BOUNDARY), boss("ec2"), managed(POLICY, allow("s3:*"))),
    ),
    Case(
        "the tags of a workload", "user/ann", UNKNOWN, NEITHER,
        (
            ann(allow("lambda:UpdateFunctionCode", Condition={"StringEquals": {"aws:ResourceTag/team": "edge"}})),
            boss("lambda"),
        ),
        (ok("lambda.list_functions", REGION, {"Functions": [{"FunctionArn": FUNCTION, "Role": BOSS}]}),),
    ),
    Case(
        "a condition key", "user/ann", ESCALATES, NEITHER,
        (ann(allow("iam:UpdateAssumeRolePolicy", BOSS, Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})), boss("ec2")),
    ),
    Case(
        "a condition key", "role/worker", ESCALATES, NEITHER,
        (
            worker(
                allow("iam:UpdateAssumeRolePolicy", BOSS),
                deny("iam:*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
            ),
            boss("ec2"),
        ),
    ),
    Case(
        "a condition in a trust policy", "user/ann", ESCALATES, NEITHER,
        (
            ann(PASS, allow(["lambda:CreateFunction", "lambda:InvokeFunction"])),
            boss("lambda", {"StringEquals": {"aws:SourceAccount": OWN}}),
        ),
    ),
    Case(
        "a condition in a trust policy", "user/ann", ESCALATES, NEITHER,
        (ann(allow("lambda:UpdateFunctionCode")), boss("lambda", {"StringEquals": {"aws:SourceAccount": OWN}})),
        (ok("lambda.list_functions", REGION, {"Functions": [{"FunctionArn": FUNCTION, "Role": BOSS}]}),),
    ),
    Case(
        "asked about `*`", "user/ann", ESCALATES, NEITHER,
        (ann(PASS, allow("cloudformation:CreateStack", f"arn:aws:cloudformation:*:{OWN}:stack/*")), boss("cloudformation")),
    ),
    Case(
        "asked about `*`", "user/ann", NEITHER, ESCALATES,
        (
            ann(PASS, allow("cloudformation:CreateStack"), deny("cloudformation:CreateStack", "arn:aws:cloudformation:*:*:stack/*")),
            boss("cloudformation"),
        ),
    ),
    Case(
        "a method it does not know", "user/ann", ESCALATES, NEITHER,
        (ann(PASS, allow(["glue:CreateJob", "glue:StartJobRun"])), boss("glue")),
    ),
    Case(
        "the action that runs it", "user/ann", NEITHER, ESCALATES, (ann(PASS, allow("lambda:CreateFunction")), boss("lambda")),
    ),
    Case("no instance profile", "user/ann", NEITHER, ESCALATES, (ann(PASS, allow("ec2:RunInstances")), boss("ec2"))),
    Case(
        "no instance", "user/ann", NEITHER, ESCALATES,
        (ann(allow("ssm:StartSession")), boss("ec2", InstanceProfileList=[{"Arn": PROFILE}])),
        (ok("ec2.describe_instances", REGION, {"Reservations": []}),),
    ),
    Case(
        "a policy for somebody else", "user/ann", ESCALATES, NEITHER,
        (
            ann(allow(["iam:PutRolePolicy", "sts:AssumeRole"], f"arn:aws:iam::{OWN}:role/other")),
            role(trusting({"AWS": f"arn:aws:iam::{OWN}:root"}), name="other"),
        ),
    ),
    Case("who changes himself", "user/ann", ESCALATES, ADMIN, (ann(allow("iam:PutUserPolicy")),)),
    Case(
        "who changes himself", "user/ann", ESCALATES, ADMIN,
        (ann(allow("iam:PutGroupPolicy"), GroupList=["staff"]), group("staff")),
    ),
    Case(
        "what stays", "user/ann", NEITHER, ADMIN,
        (ann(allow("iam:PutUserPolicy"), **BOUNDARY), managed(POLICY, allow("iam:PutUserPolicy", f"arn:aws:iam::{OWN}:user/ann"))),
    ),
    Case("who changes himself", "user/ann", ESCALATES, ADMIN, (ann(allow(["iam:CreateRole", "iam:AttachRolePolicy"])),)),
)  # fmt: skip


def data_of(case: Case) -> AccountData:
    users = report(*(row(one["UserName"]) for one in case.entities if "UserName" in one))
    return world(*case.entities, ADMINISTRATOR_ACCESS, extra=(users, *NO_ORGANIZATION, *case.records))[0]


def by_name(name: str) -> Class:
    return next(one for one in CLASSES if one.name == name)


class TestClasses:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name} of {case.who}")
    def test_the_auditor_says_what_principalmapper_says_if_the_class_holds(self, case: Case) -> None:
        data = data_of(case)
        said = ask_as([by_name(case.name)], data, case.planted, Settings())
        assert ask(data, Settings()).get(case.who, NEITHER).verdict is case.ours.verdict
        assert said.get(case.who, NEITHER).verdict is case.theirs.verdict

    def test_every_class_has_a_case(self) -> None:
        assert {case.name for case in CASES} == {one.name for one in CLASSES}

    @pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.name)
    def test_it_leaves_the_account_as_it_was(self, one: Class) -> None:
        case = next(case for case in CASES if case.name == one.name)
        data = data_of(case)
        ask_as([one], data, case.planted, Settings())
        assert ask(data, Settings()).get(case.who, NEITHER).verdict is case.ours.verdict

    def test_change_sets_of_stacks_that_are_there_are_known_to_principalmapper(self) -> None:
        stack = f"arn:aws:cloudformation:{REGION}:{OWN}:stack/shop/1"
        entities = (
            ann(allow(["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"])),
            boss("cloudformation"),
        )
        stacks = ok("cloudformation.describe_stacks", REGION, {"Stacks": [{"StackId": stack, "RoleARN": BOSS}]})
        planted = Account(OWN, (), (), (Workload("cloudformation", "shop", "boss"),))
        data = world(*entities, ADMINISTRATOR_ACCESS, extra=(stacks,))[0]
        said = ask_as([by_name("a method it does not know")], data, planted, Settings())
        assert said["user/ann"].verdict is Verdict.ESCALATES


def _class(name: str) -> Class:
    return Class(name, Side.THEIRS, "", lambda data, _: data)


A, B, C = _class("a"), _class("b"), _class("c")


class TestExplaining:
    @staticmethod
    def said(answers: Mapping[str, Mapping[str, Said]]) -> Any:
        return lambda classes: answers.get("".join(one.name for one in classes), {})

    def test_the_class_by_which_the_auditor_says_the_same_explains(self) -> None:
        said = self.said({"b": {"user/ann": ADMIN}})
        assert explain({"user/ann": Verdict.ADMIN}, said, (A, B, C)) == {"user/ann": ("b",)}

    def test_one_alone_comes_before_two_together(self) -> None:
        said = self.said({"ab": {"user/ann": ADMIN}, "c": {"user/ann": ADMIN}})
        assert explain({"user/ann": Verdict.ADMIN}, said, (A, B, C)) == {"user/ann": ("c",)}

    def test_three_may_be_needed(self) -> None:
        assert explain({"user/ann": Verdict.ADMIN}, self.said({"abc": {"user/ann": ADMIN}}), (A, B, C)) == {
            "user/ann": ("a", "b", "c")
        }

    def test_who_is_not_spoken_of_any_more_is_neither(self) -> None:
        said = self.said({name: {"user/ann": ADMIN} for name in ("b", "c")})
        assert explain({"user/ann": Verdict.NEITHER}, said, (B, A, C)) == {"user/ann": ("a",)}

    def test_what_no_class_explains_is_left_out(self) -> None:
        assert explain({"user/ann": Verdict.ADMIN}, self.said({"a": {"user/ann": ESCALATES}}), (A, B)) == {}

    def test_a_class_that_no_difference_needs_is_named(self) -> None:
        judged = Judged(OWN, "user/ann", "", "", ADMIN, NEITHER, ("b",))
        assert unused([judged], (A, B, C)) == ("a", "c")


class TestComparing:
    DATA = world(ann(allow("iam:PutUserPolicy")), user("eve", UserPolicyList=[inline("own", allow())]))[0]

    def test_everybody_is_judged_and_who_differs_is_explained(self) -> None:
        planted = Account(OWN, (), (Principal("ann", way="iam:PutUserPolicy"), Principal("eve")), ())
        judged = {
            one.name: one for one in compare(planted, self.DATA, Settings(), {"user/ann": ADMIN, "user/eve": ADMIN})
        }
        assert (judged["user/eve"].agree, judged["user/eve"].classes) == (True, ())
        assert (judged["user/ann"].way, judged["user/ann"].classes) == ("iam:PutUserPolicy", ("who changes himself",))

    def test_a_difference_that_no_class_explains_says_so(self) -> None:
        judged = {one.name: one for one in compare(PLANTED, self.DATA, Settings(), {"user/ann": ADMIN})}
        assert judged["user/eve"].classes == ()
        assert "UNEXPLAINED" in str(judged["user/eve"])

    def test_somebody_who_is_not_in_the_account_is_an_error(self) -> None:
        with pytest.raises(RuntimeError, match="who is user/bob"):
            compare(PLANTED, self.DATA, Settings(), {"user/bob": ADMIN})


class TestPrincipalmapper:
    ANSWER = (
        "user/eve is an administrative principal\n"
        "user/ann can escalate privileges by accessing the administrative principal role/boss:\n"
        "   user/ann can access via sts:AssumeRole role/hop\n"
        "   role/hop can update the trust document to access role/boss\n\n"
    )

    def test_its_answer_is_read_with_the_path(self) -> None:
        found = read(self.ANSWER)
        assert found["user/eve"] == ADMIN
        assert found["user/ann"].verdict is Verdict.ESCALATES
        assert found["user/ann"].path == (
            "user/ann can access via sts:AssumeRole role/hop",
            "role/hop can update the trust document to access role/boss",
        )

    def test_a_line_that_nobody_expected_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="something new"):
            read(self.ANSWER + "something new\n")

    def test_the_one_line_that_keeps_it_from_starting_is_replaced(self) -> None:
        before = "import x\nfrom collections import Mapping, MutableMapping, OrderedDict\n"
        assert (
            patched(before)
            == "import x\nfrom collections import OrderedDict\nfrom collections.abc import Mapping, MutableMapping\n"
        )

    def test_another_module_is_not_touched(self) -> None:
        with pytest.raises(RuntimeError, match="does not hold the line"):
            patched("from collections.abc import Mapping\n")


class TestThePage:
    COMPARED = Compared(
        "2026-11-25", "1.1.5", "3.11.7",
        (
            Judged(OWN, "user/ann", "iam:PutUserPolicy", "", ESCALATES, ADMIN, ("who changes himself",)),
            Judged(OWN, "user/bob", "iam:PutUserPolicy", "denied", NEITHER, NEITHER),
            Judged(OWN, "user/eve", "iam:AddUserToGroup", "only with MFA", ESCALATES, NEITHER, ("a method it does not know", "a condition key")),
            Judged(OWN, "user/kim", "iam:CreateAccessKey, two keys there", "", ESCALATES, NEITHER, ("the tags of a workload",)),
        ),
    )  # fmt: skip

    def test_only_what_is_between_the_markers_is_replaced(self) -> None:
        text = "before\n<!-- generated by `python -m bench.escalation` -->\nold\n<!-- end -->\nafter\n"
        page = filled(text, self.COMPARED)
        assert page.startswith("before\n")
        assert page.endswith("<!-- end -->\nafter\n")
        assert "old" not in page

    def test_a_page_without_markers_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="no part between"):
            filled("nothing", self.COMPARED)

    def test_agreement_and_reasons_are_counted(self) -> None:
        text = generated(self.COMPARED)
        assert "The same of 1 of 4 users and roles." in text
        assert "the same of 2." in text
        assert "3 differences; 2 have one reason, 1 have several." in text

    def test_who_says_more_is_counted_for_each_reason(self) -> None:
        assert "| the tags of a workload | Night Audit | 1 | Night Audit: 1 |" in generated(self.COMPARED)
        assert "| who changes himself | nobody's: words | 1 | principalmapper: 1 |" in generated(self.COMPARED)

    def test_open_ways_that_one_of_them_missed_are_named(self) -> None:
        text = generated(self.COMPARED)
        assert "2 ways, planted 2 times" in text
        assert "| iam:AddUserToGroup | 1 | 1 | 0 |" in text
        assert "| iam:PutUserPolicy |" not in text

    def test_ways_that_lack_something_are_counted_apart(self) -> None:
        assert "| iam:CreateAccessKey, two keys there | 1 | 1 | 0 |" in generated(self.COMPARED)

    def test_what_was_changed_is_counted(self) -> None:
        assert "| denied | closed | 1 | 0 | 0 |" in generated(self.COMPARED)
