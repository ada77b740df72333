"""The cases of policy evaluation that are easily wrong, each by its name (IAM User Guide, "Policy evaluation logic")."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.aws.policy import Caller, Facts, PolicyText, Request, Truth, decide, exposure, parse_document
from nightaudit_auditor.aws.principals import Permissions, Power, Roster, authorization
from nightaudit_auditor.aws.trust.guardrails import Guardrails
from nightaudit_auditor.snapshot import AccountData
from tests.unit.checks.build import OWN, SISTER, account, judge, problems
from tests.unit.checks.iam.build import allow, attached, deny, details, document, inline, managed, role, trusting, user

BUCKET = "arn:aws:s3:::b"
ROLE = f"arn:aws:iam::{OWN}:role/target"
ANN, WORKER = f"arn:aws:iam::{OWN}:user/ann", f"arn:aws:iam::{OWN}:role/worker"
BOUNDARY = f"arn:aws:iam::{OWN}:policy/boundary"
BOUND = {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY}}


def _resource(condition: dict[str, Any], principal: Any = "*") -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": f"{BUCKET}/*",
        "Condition": condition,
    }


def _public(*statements: dict[str, Any]) -> bool:
    found = exposure(parse_document(document(*statements)), [("s3:GetObject", f"{BUCKET}/x")], OWN)
    return bool(found.public)


class TestConditions:
    @pytest.mark.parametrize(
        "operator",
        ["StringNotEquals", "StringNotLike", "StringEqualsIfExists", "StringLikeIfExists", "ForAllValues:StringEquals"],
    )
    def test_a_missing_key_matches_negated_if_exists_and_for_all_values(self, operator: str) -> None:
        assert _public(_resource({operator: {"aws:SourceVpce": "vpce-1"}}))

    @pytest.mark.parametrize(
        "operator", ["StringEquals", "StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals"]
    )
    def test_a_missing_key_matches_nothing_else(self, operator: str) -> None:
        text = document(allow("s3:GetObject", Condition={operator: {"aws:x": "a"}}))
        request = Request("s3:GetObject", f"{BUCKET}/x", Caller("AWS", OWN), Facts({"aws:x": (None,)}))
        assert decide([parse_document(text)], request) is Truth.NO

    @pytest.mark.parametrize(
        ("version", "expected"), [("2012-10-17", Truth.YES), ("2008-10-17", Truth.NO), (None, Truth.NO)]
    )
    def test_variables_are_text_but_in_version_2012(self, version: str | None, expected: Truth) -> None:
        text = {"Statement": allow("s3:GetObject", f"{BUCKET}/${{aws:username}}/*")} | (
            {"Version": version} if version else {}
        )
        facts = Facts({"aws:username": (("ann",),)})
        request = Request("s3:GetObject", f"{BUCKET}/ann/x", Caller("AWS", OWN), facts)
        assert decide([parse_document(text)], request) is expected

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(f"arn:aws:sns:eu-west-1:{OWN}:t", Truth.YES), (f"arn:aws:sns:eu:{SISTER}:x:{OWN}:t", Truth.NO)],
    )
    def test_arn_like_matches_part_by_part(self, value: str, expected: Truth) -> None:
        text = document(allow("sqs:SendMessage", Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:t"}}))
        request = Request(
            "sqs:SendMessage", "arn:aws:sqs:eu:1:q", Caller("AWS", OWN), Facts({"aws:sourcearn": ((value,),)})
        )
        assert decide([parse_document(text)], request) is expected

    def test_the_source_owner_of_sns_restricts(self) -> None:
        assert not _public(_resource({"StringEquals": {"aws:SourceOwner": OWN}}))


def _data(*entities: dict[str, Any]) -> AccountData:
    return account(details(*entities))


def _assumes(data: AccountData, who: str, guardrails: Guardrails | None = None) -> Truth:
    roster = Roster(data, guardrails)
    return roster.may_assume(roster.actors[who], roster.actors[ROLE])


def _target(principal: Any, *more: dict[str, Any]) -> dict[str, Any]:
    return role(trusting(principal), *more, name="target")


def _ann(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return user(UserPolicyList=[inline("p", *statements)] if statements else [], **more)


def _worker(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return role(RolePolicyList=[inline("p", *statements)] if statements else [], **more)


ASSUME = allow("sts:AssumeRole", ROLE)


class TestTheSameAccount:
    def test_a_trust_policy_that_names_the_user_suffices(self) -> None:
        assert _assumes(_data(_target({"AWS": ANN}), _ann()), ANN) is Truth.YES

    def test_a_trust_policy_that_names_the_role_suffices(self) -> None:
        assert _assumes(_data(_target({"AWS": WORKER}), _worker()), WORKER) is Truth.YES

    @pytest.mark.parametrize("principal", [OWN, f"arn:aws:iam::{OWN}:root"])
    def test_the_account_as_a_whole_asks_for_an_identity_policy_too(self, principal: str) -> None:
        assert _assumes(_data(_target({"AWS": principal}), _ann()), ANN) is Truth.NO
        assert _assumes(_data(_target({"AWS": principal}), _ann(ASSUME)), ANN) is Truth.YES

    def test_an_identity_policy_alone_opens_no_role(self) -> None:
        assert _assumes(_data(_target({"Service": "ec2.amazonaws.com"}), _ann(ASSUME)), ANN) is Truth.NO

    def test_a_trust_policy_that_names_another_account_opens_nothing_here(self) -> None:
        assert _assumes(_data(_target({"AWS": SISTER}), _ann(ASSUME)), ANN) is Truth.NO

    @pytest.mark.parametrize("place", ["identity", "trust"])
    def test_a_deny_on_either_side_ends_it(self, place: str) -> None:
        no = {"Effect": "Deny", "Principal": {"AWS": ANN}, "Action": "sts:AssumeRole"}
        trust = (no,) if place == "trust" else ()
        own = (deny("sts:AssumeRole"),) if place == "identity" else ()
        assert _assumes(_data(_target({"AWS": ANN}, *trust), _ann(*own)), ANN) is Truth.NO


class TestBoundaries:
    SILENT, FORBIDS = managed(BOUNDARY, allow("s3:*")), managed(BOUNDARY, allow("s3:*"), deny("sts:AssumeRole"))

    def test_a_policy_that_names_a_user_reaches_past_what_its_boundary_does_not_say(self) -> None:
        assert _assumes(_data(_target({"AWS": ANN}), _ann(**BOUND), self.SILENT), ANN) is Truth.YES

    def test_but_not_past_what_it_denies(self) -> None:
        assert _assumes(_data(_target({"AWS": ANN}), _ann(**BOUND), self.FORBIDS), ANN) is Truth.NO

    def test_a_policy_that_names_a_role_does_not(self) -> None:
        assert _assumes(_data(_target({"AWS": WORKER}), _worker(**BOUND), self.SILENT), WORKER) is Truth.NO

    def test_a_policy_that_names_everybody_does_not(self) -> None:
        assert _assumes(_data(_target("*"), _ann(**BOUND), self.SILENT), ANN) is Truth.NO
        assert _assumes(_data(_target("*"), _ann()), ANN) is Truth.YES

    @pytest.mark.parametrize(
        ("tags", "expected"), [([{"Key": "team", "Value": "x"}], Truth.YES), ([{"Key": "team", "Value": "y"}], Truth.NO), ([], Truth.NO)]
    )  # fmt: skip
    @pytest.mark.parametrize("others", ["*", {"AWS": "*"}, {"AWS": OWN}])
    def test_it_is_the_statement_that_names_the_user_that_must_apply(
        self, others: Any, tags: list[dict[str, str]], expected: Truth
    ) -> None:
        """Not another that lets in everybody, whose leave stays within the boundary."""
        target = _target(others, trusting({"AWS": ANN}, {"StringEquals": {"aws:PrincipalTag/team": "x"}}))
        assert _assumes(_data(target, _ann(ASSUME, Tags=tags, **BOUND), self.SILENT), ANN) is expected
        allows = managed(BOUNDARY, allow("sts:*"))
        assert _assumes(_data(target, _ann(ASSUME, Tags=tags, **BOUND), allows), ANN) is Truth.YES

    def test_one_that_may_apply_may_reach_past_it(self) -> None:
        target = _target("*", trusting({"AWS": ANN}, {"StringEquals": {"x:unknown": "x"}}))
        assert _assumes(_data(target, _ann(ASSUME, **BOUND), self.SILENT), ANN) is Truth.MAYBE
        assert _assumes(_data(target, _ann(ASSUME, **BOUND), self.FORBIDS), ANN) is Truth.NO

    @pytest.mark.parametrize("named", [ANN, OWN, WORKER])
    def test_a_deny_that_spares_some_spares_nobody_who_has_one(self, named: str) -> None:
        """IAM User Guide, "AWS JSON policy elements: NotPrincipal"."""
        spares = {"Effect": "Deny", "NotPrincipal": {"AWS": named}, "Action": "sts:AssumeRole"}
        target, allows = _target({"AWS": [ANN, WORKER]}, spares), managed(BOUNDARY, allow("sts:*"))
        assert _assumes(_data(target, _ann(ASSUME, **BOUND), allows), ANN) is Truth.NO
        assert _assumes(_data(target, _worker(ASSUME, **BOUND), allows), WORKER) is Truth.NO
        assert _assumes(_data(target, _ann(ASSUME)), ANN) is (Truth.NO if named == WORKER else Truth.YES)
        assert _assumes(_data(target, _worker(ASSUME)), WORKER) is (Truth.NO if named == ANN else Truth.YES)

    def test_but_only_of_what_it_denies(self) -> None:
        spares = {"Effect": "Deny", "NotPrincipal": {"AWS": ANN}, "Action": "sts:TagSession"}
        target, allows = _target({"AWS": ANN}, spares), managed(BOUNDARY, allow("sts:*"))
        assert _assumes(_data(target, _ann(**BOUND), allows), ANN) is Truth.YES

    def test_an_identity_policy_never_does(self) -> None:
        assert _assumes(_data(_target({"AWS": OWN}), _ann(ASSUME, **BOUND), self.SILENT), ANN) is Truth.NO


class TestSessions:
    """A role asks in a session, whose name is not known beforehand: naming one lets the role in if it has that name."""

    SESSION = f"arn:aws:sts::{OWN}:assumed-role/worker/s"

    def test_one_that_is_named_may_be_the_role_s(self) -> None:
        assert _assumes(_data(_target({"AWS": self.SESSION}), _worker()), WORKER) is Truth.MAYBE

    def test_a_path_is_not_part_of_its_name(self) -> None:
        data = _data(_target({"AWS": self.SESSION}), _worker(path="/of/x/"))
        assert _assumes(data, f"arn:aws:iam::{OWN}:role/of/x/worker") is Truth.MAYBE

    @pytest.mark.parametrize(
        "session",
        [f"arn:aws:sts::{OWN}:assumed-role/workers/worker", f"arn:aws:sts::{SISTER}:assumed-role/worker/s", f"arn:aws:sts::{OWN}:federated-user/worker"],
    )  # fmt: skip
    def test_another_is_not(self, session: str) -> None:
        assert _assumes(_data(_target({"AWS": session}), _worker(ASSUME)), WORKER) is Truth.NO

    def test_a_user_has_none(self) -> None:
        session = f"arn:aws:sts::{OWN}:assumed-role/ann/s"
        assert _assumes(_data(_target({"AWS": session}), _ann(ASSUME)), ANN) is Truth.NO

    def test_it_reaches_past_what_a_boundary_does_not_say(self) -> None:
        target = _target({"AWS": self.SESSION})
        assert _assumes(_data(target, _worker(**BOUND), TestBoundaries.SILENT), WORKER) is Truth.MAYBE
        assert _assumes(_data(target, _worker(**BOUND), TestBoundaries.FORBIDS), WORKER) is Truth.NO

    def test_a_deny_of_one_leaves_the_others(self) -> None:
        no = {"Effect": "Deny", "Principal": {"AWS": self.SESSION}, "Action": "sts:AssumeRole"}
        assert _assumes(_data(_target({"AWS": WORKER}, no), _worker()), WORKER) is Truth.MAYBE

    def test_who_names_one_names_its_role(self) -> None:
        foreign = f"arn:aws:sts::{SISTER}:assumed-role/worker/s"
        roster = Roster(_data(_target({"AWS": [self.SESSION, foreign, ANN, OWN]}), _worker(path="/of/")))
        worker = f"arn:aws:iam::{OWN}:role/of/worker"
        assert roster.named_by(roster.actors[ROLE]) == {worker, foreign, ANN, OWN}
        assert roster.naming[worker] == {ROLE}


def _levels(*levels: tuple[dict[str, Any], ...]) -> tuple[tuple[PolicyText, ...], ...]:
    return tuple(tuple(PolicyText(document(statement)) for statement in level) for level in levels)


FULL = allow()


class TestVariables:
    """In the policies of users and roles: whom and what they cover."""

    USERS = f"arn:aws:iam::{OWN}:user/"
    FUNCTIONS = f"arn:aws:lambda:eu-west-1:{OWN}:function:"

    def _permissions(self, identity: dict[str, Any], arn: str) -> tuple[Roster, Permissions]:
        roster = Roster(_data(identity, user("bob")))
        return roster, roster.permissions(roster.actors[arn])

    @pytest.mark.parametrize(
        ("name", "covered"),
        [
            ("${aws:username}", {"ann"}), ("${aws:username, 'bob'}", {"ann"}), ("${x:unknown}", {"ann", "bob"}), ("${aws:PrincipalTag/team, 'bob'}", {"bob"}),
            ("${aws:PrincipalTag/team}", set()), ("${*}", set()), ("${?}${?}${?}", set()), ("???", {"ann", "bob"}), ("*", {"ann", "bob"}),
        ],
    )  # fmt: skip
    def test_whom_an_allow_covers(self, name: str, covered: set[str]) -> None:
        roster, who = self._permissions(_ann(allow("iam:CreateAccessKey", self.USERS + name)), ANN)
        assert who.candidates("iam:CreateAccessKey", roster.names) == {self.USERS + one for one in covered}
        surely = covered - ({"ann", "bob"} if "unknown" in name else set())
        for one in ("ann", "bob"):
            expected = Truth.YES if one in surely else Truth.MAYBE if one in covered else Truth.NO
            assert who.may("iam:CreateAccessKey", self.USERS + one) is expected

    def test_a_role_has_no_user_name(self) -> None:
        both = [self.USERS + "${aws:username}", self.USERS + "b${aws:username, 'ob'}"]
        roster, who = self._permissions(_worker(allow("iam:CreateAccessKey", both)), WORKER)
        assert who.candidates("iam:CreateAccessKey", roster.names) == {self.USERS + "bob"}

    def test_before_2012_there_are_none(self) -> None:
        old = {"Version": "2008-10-17", "Statement": allow("iam:CreateAccessKey", self.USERS + "${aws:username}")}
        roster, who = self._permissions(user(UserPolicyList=[{"PolicyName": "p", "PolicyDocument": old}]), ANN)
        assert who.candidates("iam:CreateAccessKey", roster.names) == set()

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("${aws:username}-*", Truth.YES), ("${aws:PrincipalTag/team}-*", Truth.NO), ("${aws:PrincipalTag/team, 'a'}-*", Truth.YES), ("${x:unknown}-*", Truth.MAYBE),
            ("a?*", Truth.YES), ("a${$}", Truth.YES), ("a${aws:username}/b", Truth.YES),
        ],
    )  # fmt: skip
    def test_a_name_is_chosen_that_an_allow_admits(self, name: str, expected: Truth) -> None:
        _, who = self._permissions(_ann(allow("lambda:CreateFunction", self.FUNCTIONS + name)), ANN)
        assert who.may_somewhere("lambda:CreateFunction", self.FUNCTIONS + "*") is expected

    @pytest.mark.parametrize("resource", ["*", "arn:aws:lambda:*:*:function:${aws:username}", "arn:*:lambda:*:*:*"])
    def test_what_an_allow_leaves_open_is_as_the_action_has_it(self, resource: str) -> None:
        _, who = self._permissions(_ann(allow("lambda:CreateFunction", resource)), ANN)
        assert who.may_somewhere("lambda:CreateFunction", self.FUNCTIONS + "*") is Truth.YES
        assert who.may_somewhere("lambda:CreateFunction", self.FUNCTIONS.replace("lambda", "states") + "*") is (
            Truth.YES if resource == "*" else Truth.NO
        )


class TestTheOrganization:
    def _may(self, guardrails: Guardrails | None, identity: dict[str, Any], action: str = "s3:GetObject") -> Truth:
        data = _data(identity)
        known = authorization(data)
        (who,) = (*known.users, *known.roles)
        return Permissions(known, who, data.account, guardrails).may(action, f"{BUCKET}/x")

    def test_every_level_must_allow(self) -> None:
        both, middle = _levels((FULL,), (FULL,)), _levels((FULL,), (allow("ec2:*"),), (FULL,))
        assert self._may(Guardrails(both), _ann(allow("s3:*"))) is Truth.YES
        assert self._may(Guardrails(middle), _ann(allow("s3:*"))) is Truth.NO

    def test_they_allow_nothing_by_themselves(self) -> None:
        assert self._may(Guardrails(_levels((FULL,))), _ann()) is Truth.NO

    def test_they_spare_service_linked_roles(self) -> None:
        linked = _worker(allow("s3:*"), path="/aws-service-role/x.amazonaws.com/")
        assert self._may(Guardrails(_levels((deny("*"), FULL))), linked) is Truth.YES

    def test_they_may_allow_with_conditions_resources_and_not_action(self) -> None:
        """Since 2025 service control policies have the whole policy language."""
        one = allow("s3:GetObject", f"{BUCKET}/*", Condition={"StringEquals": {"aws:PrincipalTag/team": "x"}})
        tagged = _ann(allow("s3:*"), Tags=[{"Key": "team", "Value": "x"}])
        assert self._may(Guardrails(_levels((one,))), tagged) is Truth.YES
        assert self._may(Guardrails(_levels((one,))), _ann(allow("s3:*"))) is Truth.NO
        but = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}
        assert self._may(Guardrails(_levels((but,))), _ann(allow("s3:*"))) is Truth.NO

    def test_resource_control_policies_know_some_services_only(self) -> None:
        guardrails = Guardrails(resource=_levels((deny("*"),)))
        assert (guardrails.levels_on("sts:AssumeRole"), guardrails.levels_on("iam:PassRole")) == (
            guardrails.resource,
            (),
        )

    def test_they_stop_what_the_trust_policy_allows(self) -> None:
        no = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
        data = _data(_target({"AWS": ANN}), _ann())
        assert _assumes(data, ANN, Guardrails(resource=_levels((FULL,)))) is Truth.YES
        assert _assumes(data, ANN, Guardrails(resource=_levels((FULL, no)))) is Truth.NO
        assert _assumes(data, ANN, Guardrails(resource=_levels((FULL,), (FULL, no), (FULL,)))) is Truth.NO

    @pytest.mark.parametrize(
        ("tags", "expected"), [([], Truth.YES), ([{"Key": "team", "Value": "x"}], Truth.NO), (None, Truth.MAYBE)]
    )
    def test_they_may_hang_on_who_it_is(self, tags: list[dict[str, str]] | None, expected: Truth) -> None:
        """Nobody knows what tags a role's session brings along."""
        no = {
            "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/team": "x"}},
        }  # fmt: skip
        who, caller = (WORKER, _worker()) if tags is None else (ANN, _ann(Tags=tags))
        guardrails = Guardrails(resource=_levels((FULL,), (FULL, no)))
        assert _assumes(_data(_target({"AWS": who}), caller), who, guardrails) is expected

    def test_one_that_may_allow_does_not_surely(self) -> None:
        some = FULL | {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "x"}}}
        guardrails = Guardrails(resource=_levels((FULL,), (some,)))
        assert _assumes(_data(_target({"AWS": WORKER}), _worker()), WORKER, guardrails) is Truth.MAYBE
        assert _assumes(_data(_target({"AWS": OWN}), _worker(ASSUME)), WORKER, guardrails) is Truth.MAYBE
        assert _assumes(_data(_target({"AWS": OWN}), _worker()), WORKER, guardrails) is Truth.NO

    def test_if_unread_the_finding_stands_and_says_so(self) -> None:
        (found,) = problems(judge("IAM_PRINCIPAL_ADMIN_UNEXPECTED", account(details(_ann(allow())))))
        assert found.outcome.evidence["scp"] == "unread"  # type: ignore[union-attr]

    def test_an_administrator_whom_they_forbid_iam_is_none(self) -> None:
        data = _data(_ann(allow()))
        roster = Roster(data, Guardrails(_levels((FULL, deny("iam:*")))))
        assert roster.power(roster.actors[ANN]) is Power.NONE


class TestCrossAccount:
    """Both sides must allow: what a policy here says of a stranger is only that this side lets him in."""

    def test_this_side_lets_in_whom_it_names(self) -> None:
        found = exposure(
            parse_document(document(_resource({}, {"AWS": SISTER}))), [("s3:GetObject", f"{BUCKET}/x")], OWN
        )
        assert set(found.accounts) == {SISTER}

    def test_an_identity_policy_of_another_account_s_principal_is_not_ours_to_see(self) -> None:
        roster = Roster(_data(_target({"AWS": f"arn:aws:iam::{SISTER}:user/ann"}), _ann(ASSUME)))
        assert roster.may_assume(roster.actors[ANN], roster.actors[ROLE]) is Truth.NO


def test_a_key_is_open_to_nobody_whom_its_policy_does_not_let_in() -> None:
    """KMS needs the key policy (or a grant): `kms:*` in somebody's identity policy is no exposure of the key."""
    administrators = {"Effect": "Allow", "Principal": {"AWS": OWN}, "Action": "kms:*", "Resource": "*"}
    assert (
        exposure(parse_document(document(administrators)), [("kms:Decrypt", "arn:aws:kms:eu:1:key/k")], OWN).accounts
        == {}
    )


def test_attached_policies_are_read_once_for_all_who_have_them() -> None:
    policy = f"arn:aws:iam::{OWN}:policy/ours"
    holds = {"AttachedManagedPolicies": [attached(policy)]}
    known = authorization(_data(user(**holds), user("bob", **holds), managed(policy, allow())))
    ann, bob = (Permissions(known, who, account().account) for who in known.users)
    assert ann._policies[0].document is bob._policies[0].document
