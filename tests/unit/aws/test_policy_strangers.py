"""What each kind of caller says of himself, key by key (IAM User Guide, "AWS global condition context keys"): seen by whom a policy
lets in that asks for it."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.aws.policy import Exposure, Facts, Grant, exposure, literal_actions, parse_document
from nightaudit_auditor.aws.policy.strangers import account_within

OWN, OTHER, SISTER = "111111111111", "444444444444", "222222222222"
ORGANIZATION = "o-abcdefghij"
GET, PUT = "s3:GetObject", "s3:PutObject"
OBJECT = "arn:aws:s3:::logs/x"
SERVICE = "events.amazonaws.com"
ROLE = f"arn:aws:iam::{OTHER}:role/x"


def _exposed(*statements: dict[str, Any], **options: Any) -> Exposure:
    text = {"Version": "2012-10-17", "Statement": list(statements)}
    return exposure(parse_document(text), [(GET, OBJECT), (PUT, OBJECT)], OWN, **options)


def _allow(principal: Any = "*", action: str = GET, **condition: dict[str, Any]) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", "Condition": condition}


def _deny(principal: Any = "*", **condition: dict[str, Any]) -> dict[str, Any]:
    return _allow(principal, "s3:*", **condition) | {"Effect": "Deny"}


def _public(operator: str, key: str, value: str) -> bool:
    return bool(_exposed(_allow(**{operator: {key: value}})).public)


class TestStrangers:
    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("aws:PrincipalType", "User"), ("aws:PrincipalType", "AssumedRole"), ("aws:PrincipalType", "Account"),
            ("aws:PrincipalType", "Anonymous"), ("aws:userid", "AROA00000000000000000:session"), ("aws:userid", "anonymous"),
            ("aws:ResourceAccount", OWN), ("s3:ResourceAccount", OWN), ("aws:PrincipalIsAWSService", "false"),
            ("aws:username", "admin"), ("aws:PrincipalTag/team", "a"), ("aws:UserAgent", "x"),
        ],
    )  # fmt: skip
    def test_what_one_of_them_can_say(self, key: str, value: str) -> None:
        assert _public("StringEquals", key, value)

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("aws:PrincipalAccount", OWN), ("kms:CallerAccount", OWN), ("aws:PrincipalOrgID", ORGANIZATION), ("aws:PrincipalOrgPaths", f"{ORGANIZATION}/r-1/"),
            ("aws:PrincipalArn", f"arn:aws:iam::{OWN}:role/x"), ("aws:SourceAccount", OWN), ("aws:SourceOwner", OWN),
            ("aws:SourceArn", f"arn:aws:sns:eu-west-1:{OWN}:t"), ("aws:SourceArn", "arn:aws:s3:::ours"),
            ("aws:SourceOrgID", ORGANIZATION), ("aws:SourceOrgPaths", f"{ORGANIZATION}/r-1/"),
            ("s3:DataAccessPointAccount", OWN), ("s3:DataAccessPointArn", f"arn:aws:s3:eu-west-1:{OWN}:accesspoint/a"),
            ("aws:PrincipalIsAWSService", "true"), ("aws:PrincipalServiceName", SERVICE), ("aws:PrincipalServiceNamesList", SERVICE),
            ("aws:ResourceAccount", OTHER), ("s3:ResourceAccount", OTHER), ("aws:PrincipalType", "FederatedUser"),
            ("aws:userid", "AIDASOMEBODYELSE00000"), ("lambda:EventSourceToken", "ours"), ("aws:SourceVpc", "vpc-1"), ("aws:SourceVpce", "vpce-1"),
            ("aws:SourceVpcArn", f"arn:aws:ec2:eu-west-1:{OWN}:vpc/vpc-1"), ("aws:VpceAccount", OWN), ("aws:VpceOrgID", ORGANIZATION),
            ("aws:VpceOrgPaths", f"{ORGANIZATION}/r-1/"),
        ],
    )  # fmt: skip
    def test_what_none_of_them_can_say(self, key: str, value: str) -> None:
        assert not _public("StringEquals", key, value)

    @pytest.mark.parametrize(
        ("key", "pattern"),
        [
            ("aws:SourceArn", "arn:aws:sns:*:*:*"), ("aws:SourceArn", "arn:aws:s3:::logs-*"), ("aws:SourceVpcArn", "arn:aws:ec2:*:*:vpc/*"),
            ("s3:DataAccessPointArn", "arn:aws:s3:*:*:accesspoint/*"), ("aws:SourceAccount", "*"), ("aws:SourceOwner", "*"),
            ("s3:DataAccessPointAccount", "*"), ("aws:SourceVpc", "vpc-*"), ("aws:SourceVpce", "vpce-*"), ("aws:VpceAccount", "*"),
            ("aws:PrincipalOrgID", "o-*"), ("aws:PrincipalOrgPaths", "o-*/r-*/ou-*"), ("aws:SourceOrgID", "o-*"), ("aws:SourceOrgPaths", "o-*/r-*/ou-*"),
            ("aws:VpceOrgID", "o-*"), ("aws:VpceOrgPaths", "o-*/r-*/ou-*"), ("aws:PrincipalAccount", "????????????"), ("kms:CallerAccount", "?*"),
        ],
    )  # fmt: skip
    def test_a_pattern_that_leaves_room_for_theirs(self, key: str, pattern: str) -> None:
        assert _public("StringLike", key, pattern)

    @pytest.mark.parametrize(
        "key",
        ["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList", "lambda:EventSourceToken"],
    )
    def test_what_only_others_say_at_all(self, key: str) -> None:
        assert not _public("Null", key, "false")
        assert _public("Null", key, "true")

    @pytest.mark.parametrize(
        "key",
        ["aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalArn", "aws:username", "kms:CallerAccount"],
    )  # fmt: skip
    def test_the_anonymous_say_nothing_of_who_they_are(self, key: str) -> None:
        anonymous = _deny(StringNotEquals={"aws:PrincipalType": "Anonymous"})
        assert _exposed(_allow(Null={key: "true"}), anonymous).public
        assert not _exposed(_allow(Null={key: "false"}), anonymous).public

    def test_the_anonymous_have_the_user_id_anonymous(self) -> None:
        anonymous = _deny(StringNotEquals={"aws:PrincipalType": "Anonymous"})
        assert _exposed(_allow(StringEquals={"aws:userid": "anonymous"}), anonymous).public
        assert not _exposed(_allow(StringNotEquals={"aws:userid": "anonymous"}), anonymous).public

    def test_an_account_need_not_be_in_an_organization(self) -> None:
        known = _deny(StringEquals={"aws:PrincipalType": "Anonymous"})
        for key in ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths"):
            assert _exposed(_allow(Null={key: "true"}), known).public == {GET}
            assert _exposed(_allow(Null={key: "false"}), known).public == {GET}

    def test_whoever_has_an_account_is_a_stranger_too(self) -> None:
        known = _deny(StringEquals={"aws:PrincipalType": "Anonymous"})
        assert _exposed(_allow(), known).public == {GET}
        assert _exposed(_allow({"AWS": "*"}), _deny({"AWS": [OWN]}), known).public == {GET}

    @pytest.mark.parametrize(
        "condition", [{"aws:SourceIp": "true"}, {"aws:SourceVpce": "true"}, {"aws:SourceVpc": "true"}]
    )
    def test_strangers_come_by_the_internet_or_by_a_network_of_their_own(self, condition: dict[str, str]) -> None:
        (key,) = condition
        assert _public("Null", key, "true")
        assert _public("Null", key, "false")

    @pytest.mark.parametrize(
        ("key", "variable"),
        [("aws:PrincipalAccount", "aws:ResourceAccount"), ("aws:SourceAccount", "aws:ResourceAccount"), ("aws:ResourceAccount", "aws:PrincipalAccount"), ("kms:CallerAccount", "aws:ResourceAccount")],
    )  # fmt: skip
    def test_their_account_is_not_the_resource_s(self, key: str, variable: str) -> None:
        value = f"${{{variable}}}"
        assert not _public("StringEquals", key, value)
        assert _public("StringNotEquals", key, value)
        assert _public("StringEquals", "aws:PrincipalAccount", "${aws:PrincipalAccount}")

    @pytest.mark.parametrize(
        ("operator", "key", "value"),
        [
            ("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}"), ("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}"), ("StringEquals", "aws:SourceOrgID", "${aws:ResourceOrgID}"),
            ("StringEquals", "aws:VpceOrgID", "${aws:ResourceOrgID}"), ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "${aws:ResourceOrgID}/*"),
            ("ForAnyValue:StringLike", "aws:ResourceOrgPaths", "${aws:PrincipalOrgID}/*"),
        ],
    )  # fmt: skip
    def test_nor_is_their_organization(self, operator: str, key: str, value: str) -> None:
        assert not _public(operator, key, value)
        negated = operator.replace("ForAnyValue", "ForAllValues").replace("String", "StringNot")
        assert not _exposed(_allow(), _deny(**{negated: {key: value}})).public
        assert _public("StringEqualsIfExists", "aws:PrincipalOrgID", value)

    @pytest.mark.parametrize(
        ("operator", "key", "value"),
        [
            ("StringEquals", "aws:ResourceOrgID", ORGANIZATION), ("StringLike", "aws:ResourceOrgID", "o-????????????????????????????????"), ("Null", "aws:ResourceOrgID", "true"),
            ("Null", "aws:ResourceOrgID", "false"), ("ForAnyValue:StringLike", "aws:ResourceOrgPaths", f"{ORGANIZATION}/r-1/*"),
        ],
    )  # fmt: skip
    def test_the_resource_s_may_be_any_or_none(self, operator: str, key: str, value: str) -> None:
        assert _public(operator, key, value)

    def test_whose_organization_is_not_known_may_be_of_the_resource_s(self) -> None:
        same = {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}
        assert set(_exposed(_allow({"AWS": OTHER}, StringEquals=same)).accounts) == {OTHER}
        assert (
            _exposed(_allow({"Service": SERVICE}, StringEquals={"aws:SourceOrgID": "${aws:ResourceOrgID}"})).services
            == {}
        )

    @pytest.mark.parametrize(
        ("name", "public"),
        [("${aws:username}", True), ("${aws:username, 'x'}", True), ("${aws:PrincipalAccount}", False), ("${aws:PrincipalAccount, 'x'}", True), ("${*}", False), ("?", True), ("${?}", False)],
    )  # fmt: skip
    def test_a_folder_of_one_s_own_is_theirs_if_it_may_be_called_so(self, name: str, public: bool) -> None:
        """The anonymous have no account and no name: theirs is the default's."""
        statement = _allow() | {"Resource": OBJECT.removesuffix("x") + name}
        assert bool(_exposed(statement).public) is public
        anonymous = _deny(StringNotEquals={"aws:PrincipalType": "Anonymous"})
        assert bool(_exposed(statement, anonymous).public) is (public and name != "${aws:username}")

    def test_the_facts_can_be_adjusted_by_what_the_resource_decides(self) -> None:
        def encrypted(known: Facts) -> Facts:
            return known.but(aws__securetransport=(("true",),))

        plain = _allow(Bool={"aws:SecureTransport": "false"})
        assert _exposed(plain).public == {GET}
        assert _exposed(plain, adjust=encrypted).public == frozenset()

    def test_adjusting_leaves_everything_else(self) -> None:
        known = Facts({"a:b": (("1",),)}, default=(None,), prefixes={"tag/": (("2",),)}).but(c__d=(("3",),))
        assert [known.of(key) for key in ("a:b", "c:d", "tag/x", "other")] == [(("1",),), (("3",),), (("2",),), (None,)]


class TestAccountsLeftOpen:
    """AWS gives out account ids at random: a stranger may come to have any that a pattern leaves open."""

    @pytest.mark.parametrize(
        ("pattern", "account"),
        [
            ("9999*", "999900000000"), ("*", "000000000000"), ("*99", "000000000099"), ("9*9", "900000000009"), ("??????????99", "000000000099"),
            ("11111111111?", "111111111110"), ("1111*", "111100000000"), ("9*9*", "900000000009"), ("000000000000*", ""),
            ("1111111111111*", ""), ("111111111111*", ""), ("9999", ""), ("999?", ""), ("9999x*", ""), ("999999999999", ""), ("", ""), ("?????????????", ""),
        ],
    )  # fmt: skip
    def test_one_that_is_not_ours(self, pattern: str, account: str) -> None:
        assert account_within(pattern, OWN) == account

    def test_ours_does_not_count_if_another_digit_is_open(self) -> None:
        assert account_within("00000000000?", "000000000000") == "000000000001"
        assert account_within("*", "000000000000") == "111111111111"

    @pytest.mark.parametrize(
        ("key", "pattern"),
        [("aws:PrincipalArn", "arn:aws:iam::9999*:role/a:b"), ("aws:PrincipalArn", "arn:aws:iam::9999*:role/x"), ("aws:PrincipalAccount", "9999*")],
    )  # fmt: skip
    def test_bare_and_in_an_arn(self, key: str, pattern: str) -> None:
        assert _public("StringLike", key, pattern)

    def test_an_allow_of_what_is_open_and_a_deny_of_the_rest(self) -> None:
        assert _exposed(_allow({"AWS": "*"}), _deny(StringNotLike={"aws:PrincipalAccount": "9999*"})).public == {GET}
        own = _exposed(_allow(), _deny(StringNotLike={"aws:PrincipalAccount": f"{OWN[:11]}?"}))
        assert own.public == {GET}

    def test_whoever_has_one_sees_our_resource(self) -> None:
        lucky = {"aws:PrincipalAccount": "9999*"}
        assert _exposed(_allow(StringLike=lucky, StringEquals={"aws:ResourceAccount": OWN})).public == {GET}
        assert not _exposed(_allow(StringLike=lucky, StringEquals={"aws:ResourceAccount": OTHER})).public

    def test_the_next_one_is_tried_if_the_first_is_ours(self) -> None:
        own = f"{OWN[:11]}0"
        text = {"Statement": [_allow(StringLike={"aws:PrincipalAccount": f"{OWN[:11]}?"}), _deny({"AWS": own})]}
        assert exposure(parse_document(text), [(GET, OBJECT)], own).public == {GET}

    def test_lucky_ones_are_not_let_in_where_only_another_type_of_caller_is(self) -> None:
        assert not _exposed(_allow({"Service": SERVICE}, StringLike={"aws:PrincipalAccount": "9999*"})).public


class TestGrants:
    def test_what_and_by_which_names(self) -> None:
        found = _exposed(_allow({"AWS": ROLE}), _allow({"AWS": f"arn:aws:iam::{OTHER}:user/y"}, PUT))
        assert found.accounts == {
            OTHER: Grant(frozenset({GET, PUT}), frozenset({ROLE, f"arn:aws:iam::{OTHER}:user/y"}))
        }

    @pytest.mark.parametrize("name", [OTHER, f"arn:aws:iam::{OTHER}:root"])
    def test_an_account_as_a_whole_has_no_names(self, name: str) -> None:
        assert _exposed(_allow({"AWS": name})).accounts == {OTHER: Grant(frozenset({GET}))}

    def test_an_account_of_a_condition_has_none_either(self) -> None:
        assert _exposed(_allow(StringEquals={"aws:PrincipalAccount": OTHER})).accounts == {
            OTHER: Grant(frozenset({GET}))
        }

    def test_accounts_are_kept_apart(self) -> None:
        found = _exposed(_allow({"AWS": OTHER}), _allow({"AWS": SISTER}, PUT))
        assert {who: grant.actions for who, grant in found.accounts.items()} == {OTHER: {GET}, SISTER: {PUT}}

    def test_what_is_public_is_nobodys_in_particular(self) -> None:
        found = _exposed(_allow(), _allow({"AWS": OTHER}, "s3:*"), _allow({"CanonicalUser": "abc"}, "s3:*"))
        assert (found.public, found.accounts[OTHER].actions) == ({GET}, {PUT})
        assert found.canonical_users == {"abc": Grant(frozenset({PUT}), frozenset({"abc"}))}
        assert (found.services, set(found.accounts)) == ({}, {OTHER})

    def test_canonical_users_by_their_id(self) -> None:
        found = _exposed(_allow({"CanonicalUser": ["abc", "def"]}))
        assert found.canonical_users == {name: Grant(frozenset({GET}), frozenset({name})) for name in ("abc", "def")}
        assert (found.public, found.accounts, found.services) == (frozenset(), {}, {})

    @pytest.mark.parametrize(
        ("condition", "let_in"),
        [({"aws:ResourceAccount": OWN}, True), ({"aws:ResourceAccount": OTHER}, False), ({"aws:PrincipalAccount": OTHER}, True),
         ({"aws:PrincipalOrgID": ORGANIZATION}, False)],
    )  # fmt: skip
    def test_a_canonical_user_is_in_some_account_of_no_organization_of_ours(
        self, condition: dict[str, str], let_in: bool
    ) -> None:
        found = _exposed(_allow({"CanonicalUser": "abc"}, StringEquals=condition))
        assert bool(found.canonical_users) is let_in

    def test_a_named_role_says_who_it_is(self) -> None:
        assert _exposed(_allow({"AWS": ROLE}, StringEquals={"aws:PrincipalArn": ROLE})).accounts
        assert not _exposed(
            _allow({"AWS": ROLE}), _deny(ArnNotEquals={"aws:PrincipalArn": "arn:aws:iam::*:role/y"})
        ).accounts

    def test_an_account_s_callers_may_be_anywhere(self) -> None:
        assert _exposed(_allow({"AWS": OTHER}, StringEquals={"aws:SourceVpce": "vpce-1"})).accounts
        assert _exposed(_allow({"AWS": OTHER}, IpAddress={"aws:SourceIp": "203.0.113.0/24"})).accounts

    @pytest.mark.parametrize("account", [OWN, OTHER])
    def test_of_resources_they_see_ours(self, account: str) -> None:
        found = _exposed(_allow({"AWS": OTHER}, StringEquals={"aws:ResourceAccount": account}))
        assert bool(found.accounts) is (account == OWN)
        organized = _exposed(_allow(StringEquals={"aws:ResourceAccount": account, "aws:PrincipalOrgID": ORGANIZATION}))
        assert bool(organized.organizations) is (account == OWN)
        service = _exposed(_allow({"Service": SERVICE}, StringEquals={"aws:ResourceAccount": account}))
        assert bool(service.services) is (account == OWN)


class TestOrganizations:
    IN = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}  # noqa: RUF012

    def test_an_organization_has_no_names(self) -> None:
        assert _exposed(_allow(**self.IN)).organizations == {ORGANIZATION: Grant(frozenset({GET}))}

    def test_its_members_are_in_accounts_with_an_id(self) -> None:
        assert _exposed(_allow(**self.IN), _deny(StringNotLike={"aws:PrincipalAccount": "????????????"})).organizations
        assert _exposed(_allow({"AWS": "*"}, **self.IN), _deny({"AWS": OTHER})).organizations

    def test_its_members_are_aws_principals(self) -> None:
        assert not _exposed(
            _allow(**self.IN), {"Effect": "Deny", "NotPrincipal": {"Service": SERVICE}, "Action": "*"}
        ).organizations

    def test_its_members_are_in_it_for_sure(self) -> None:
        found = _exposed(_allow(**self.IN), _deny(StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION}))
        assert set(found.organizations) == {ORGANIZATION}
        assert not _exposed(_allow(**self.IN), _deny(Null={"aws:PrincipalOrgPaths": "false"})).organizations
        assert not _exposed(
            _allow(**self.IN), _deny(StringLike={"aws:PrincipalOrgPaths": f"{ORGANIZATION}/*"})
        ).organizations

    def test_strangers_may_be_in_another_at_an_unknown_place(self) -> None:
        unit = _allow(**{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/ou-ab12-11111111/*"}})
        assert not _exposed(unit).public


class TestServices:
    @pytest.mark.parametrize(
        ("operator", "key", "value"),
        [
            ("Bool", "aws:PrincipalIsAWSService", "true"), ("StringEquals", "aws:PrincipalServiceName", SERVICE),
            ("ForAnyValue:StringEquals", "aws:PrincipalServiceNamesList", SERVICE), ("Null", "aws:PrincipalAccount", "true"),
            ("Null", "aws:PrincipalArn", "true"), ("Null", "kms:CallerAccount", "true"), ("Null", "aws:PrincipalOrgID", "true"),
            ("Null", "aws:SourceOrgID", "false"), ("Null", "aws:SourceOrgID", "true"), ("StringLike", "aws:SourceOrgID", "o-*"),
        ],
    )  # fmt: skip
    def test_what_a_service_says_of_itself(self, operator: str, key: str, value: str) -> None:
        found = _exposed(_allow({"Service": SERVICE}, **{operator: {key: value}}))
        assert found.services == {SERVICE: Grant(frozenset({GET}), frozenset({SERVICE}))}

    @pytest.mark.parametrize(
        ("operator", "key", "value"),
        [
            ("Bool", "aws:PrincipalIsAWSService", "false"), ("StringEquals", "aws:PrincipalServiceName", "sns.amazonaws.com"),
            ("Null", "aws:PrincipalAccount", "false"), ("Null", "kms:CallerAccount", "false"), ("Null", "aws:PrincipalType", "false"),
            ("ForAnyValue:StringEquals", "aws:PrincipalServiceNamesList", "sns.amazonaws.com"), ("StringEquals", "aws:SourceVpce", "vpce-1"),
            ("StringEquals", "aws:SourceAccount", OWN), ("StringEquals", "aws:SourceOrgID", ORGANIZATION),
            ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ],
    )  # fmt: skip
    def test_what_it_does_not(self, operator: str, key: str, value: str) -> None:
        assert not _exposed(_allow({"Service": SERVICE}, **{operator: {key: value}})).services


class TestActionsThatNoTableKnows:
    def test_those_that_an_allow_spells_out_on_each_resource(self) -> None:
        text = {
            "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": ["s3:New", "s3:Get*", "s3:?ut"], "Resource": "*"},
                {"Effect": "Allow", "Principal": "*", "NotAction": "s3:Old", "Resource": "*"},
                {"Effect": "Deny", "Principal": "*", "Action": "s3:Never", "Resource": "*"},
                {"Effect": "Allow", "Principal": "*", "Action": "s3:Also", "Resource": "*"},
            ]
        }
        assert literal_actions(parse_document(text), ["a", "b"]) == (
            ("s3:Also", "a"), ("s3:Also", "b"), ("s3:New", "a"), ("s3:New", "b"),
        )  # fmt: skip
