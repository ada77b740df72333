"""Who is a stranger: never somebody who may be of an organization that could not be read."""

from __future__ import annotations

from nightaudit_auditor.aws.trust import Relation, TrustModel, build_trust
from nightaudit_auditor.aws.trust.known import IMAGE_PUBLISHERS, KNOWN_ACCOUNTS, TABLE_DATE
from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import NO_ORGANIZATION, OWN, SISTER, STRANGER, account, denied, ok, organization

DATADOG, LOAD_BALANCERS = "464622532012", "054676820928"
CANNOT_LIST = denied("organizations.list_accounts")


def _trust(*accounts: AccountData, **settings: object) -> TrustModel:
    return build_trust({a.account.id: a for a in accounts}, **settings)  # type: ignore[arg-type]


def _member(*records: Record, id_: str = OWN) -> AccountData:
    described = ok(
        "organizations.describe_organization", answer={"Organization": {"Id": "o-own", "MasterAccountId": SISTER}}
    )
    return account(described, CANNOT_LIST, *records, id_=id_)


def test_own_accounts_by_name() -> None:
    trust = _trust(account(*NO_ORGANIZATION, name="production"))
    who = trust.classify(OWN)
    assert (who.relation, who.name, who.trusted, trust.ours(OWN)) == (Relation.OWN, "production", True, True)


def test_without_an_organization_everybody_else_is_a_stranger() -> None:
    who = _trust(account(*NO_ORGANIZATION)).classify(STRANGER)
    assert (who.relation, who.trusted) == (Relation.STRANGER, False)


def test_the_management_account_speaks_for_all_members() -> None:
    trust = _trust(account(*organization(SISTER, OWN, "333333333333"), id_=SISTER), _member())
    assert trust.classify("333333333333").relation is Relation.ORGANIZATION
    assert trust.classify(STRANGER).relation is Relation.STRANGER
    assert trust.classify_organization("o-own").relation is Relation.ORGANIZATION
    assert trust.classify_organization("o-other").relation is Relation.STRANGER


def test_a_member_alone_knows_its_management_account_and_no_stranger() -> None:
    trust = _trust(_member())
    assert trust.classify(SISTER).relation is Relation.ORGANIZATION
    who = trust.classify(STRANGER)
    assert (who.relation, who.operation) == (Relation.UNKNOWN, "organizations.list_accounts")
    assert "could not be read" in who.reason


def test_the_home_of_an_account_is_known_from_whoever_speaks_of_it() -> None:
    assert _trust(_member()).homes == {OWN: "o-own", SISTER: "o-own"}
    spoken_of = _trust(
        account(*organization(SISTER, OWN), id_=SISTER),
        account(denied("organizations.describe_organization"), CANNOT_LIST),
    )
    assert spoken_of.homes == {OWN: "o-own", SISTER: "o-own"}


def test_an_account_without_an_organization_has_no_home_and_of_one_that_says_nothing_nobody_knows() -> None:
    assert _trust(account(*NO_ORGANIZATION)).homes == {OWN: ""}
    assert _trust(account(denied("organizations.describe_organization"), CANNOT_LIST)).homes == {}


def test_an_account_outside_of_the_organization_that_was_read_leaves_a_doubt() -> None:
    trust = _trust(account(*organization(SISTER), id_=SISTER), account(CANNOT_LIST))
    assert trust.classify(STRANGER).relation is Relation.UNKNOWN
    assert trust.classify_organization("o-other").relation is Relation.UNKNOWN


def test_an_organization_that_was_discovered_speaks_although_nobody_of_it_lists_its_accounts() -> None:
    discovered = account(*organization(SISTER, OWN, "333333333333"), id_=SISTER)
    trust = _trust(_member(), discovered=discovered)
    assert trust.classify("333333333333").relation is Relation.ORGANIZATION
    assert trust.classify(STRANGER).relation is Relation.STRANGER
    assert trust.own.keys() == {OWN}


def test_a_discovery_that_failed_leaves_a_doubt() -> None:
    for discovered in (account(CANNOT_LIST, id_=SISTER), account(id_="", reachable=False)):
        assert _trust(account(*NO_ORGANIZATION), discovered=discovered).classify(STRANGER).relation is Relation.UNKNOWN


def test_an_organization_whose_id_could_not_be_read_makes_no_organization_a_stranger() -> None:
    described, listed = organization(SISTER, OWN)
    unnamed = account(denied("organizations.describe_organization"), listed, id_=SISTER)
    trust = _trust(unnamed)
    assert trust.classify(STRANGER).relation is Relation.STRANGER
    who = trust.classify_organization("o-own")
    assert (who.relation, who.operation) == (Relation.UNKNOWN, "organizations.describe_organization")
    named = _trust(unnamed, account(described, listed))
    assert named.classify_organization("o-own").relation is Relation.ORGANIZATION
    assert named.classify_organization("o-other").relation is Relation.STRANGER


def test_one_account_without_an_organization_does_not_clear_another() -> None:
    assert (
        _trust(account(*NO_ORGANIZATION), account(CANNOT_LIST, id_=SISTER)).classify(STRANGER).relation
        is Relation.UNKNOWN
    )


def test_an_unreachable_account_is_own_and_leaves_no_doubt() -> None:
    trust = _trust(account(*NO_ORGANIZATION), account(id_=SISTER, reachable=False))
    assert trust.classify(SISTER).relation is Relation.OWN
    assert trust.classify(STRANGER).relation is Relation.STRANGER


def test_whom_the_schedule_vouches_for() -> None:
    trust = _trust(_member(), trusted_accounts=["444444444444"])
    assert trust.classify("444444444444").relation is Relation.TRUSTED
    assert not trust.ours("444444444444")


def test_organizational_units_with_those_below_them() -> None:
    ous, members = "organizations.list_organizational_units_for_parent", "organizations.list_accounts_for_parent"
    trust = _trust(
        account(
            *organization(SISTER),
            ok(ous, answer={"OrganizationalUnits": [{"Id": "ou-child"}]}, ParentId="ou-top"),
            ok(members, answer={"Accounts": [{"Id": "444444444444"}]}, ParentId="ou-top"),
            ok(members, answer={"Accounts": [{"Id": "555555555555"}]}, ParentId="ou-child"),
            denied(members, ParentId="ou-else"),
            id_=SISTER,
        ),
        trusted_organizational_units=["ou-top"],
    )
    assert {"444444444444", "555555555555"} <= trust.trusted
    assert trust.classify("555555555555").trusted


def test_vendors_while_the_schedule_trusts_them_and_aws_always() -> None:
    on, off = _trust(account(*NO_ORGANIZATION)), _trust(account(*NO_ORGANIZATION), known_vendors=False)
    assert (on.classify(DATADOG).relation, on.classify(DATADOG).name) == (Relation.VENDOR, "Datadog")
    assert off.classify(DATADOG).relation is Relation.STRANGER
    assert off.classify(LOAD_BALANCERS).relation is Relation.AWS


def test_the_vendor_table_is_dated_and_names_a_source_for_every_account() -> None:
    assert TABLE_DATE >= "2026-11-23"
    assert all(
        len(id_) == 12 and id_.isdigit() and known.source.startswith("https://")
        for id_, known in {**KNOWN_ACCOUNTS, **IMAGE_PUBLISHERS}.items()
    )


def test_publishers_of_images_may_do_nothing_else() -> None:
    trust = _trust(account(*NO_ORGANIZATION))
    assert {trust.classify(publisher).relation for publisher in IMAGE_PUBLISHERS} == {Relation.STRANGER}
