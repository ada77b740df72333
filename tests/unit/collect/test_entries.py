"""How an answer becomes the next calls: one for each item, or one for several at once."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.collect.entries import Entry, Source

NAMES = st.lists(st.text("abc-", min_size=1, max_size=4), unique=True, max_size=20)
ENTRY = Entry(
    name="batch_get_projects", operation="BatchGetProjects", scope="regional", actions=(), lists=("names",),
    constants={"includeAll": True},
)  # fmt: skip


@given(NAMES, st.integers(2, 7))
def test_batches_ask_for_every_item_once_in_as_few_calls_as_possible(names: list[str], batch: int) -> None:
    source = Source(operation="x.list", path="projects[]", parameters={"names": "@"}, batch=batch)
    calls = list(source.calls({"projects": names}, {}, "eu-west-1", "1"))
    asked = [ENTRY.sent(parameters)["names"] for _, parameters in calls]
    assert [name for part in asked for name in part] == names
    assert all(len(part) <= batch for part in asked)
    assert len(calls) == -(-len(names) // batch)


@given(NAMES, st.integers(2, 7))
def test_an_item_that_pages_repeat_is_asked_for_once(names: list[str], batch: int) -> None:
    source = Source(operation="x.list", path="projects[]", parameters={"names": "@"}, batch=batch)
    once = list(source.calls({"projects": names}, {}, "eu-west-1", "1"))
    assert list(source.calls({"projects": [*names, *names]}, {}, "eu-west-1", "1")) == once


def test_a_batch_holds_only_items_of_one_region_and_what_they_inherit() -> None:
    source = Source(
        operation="x.list", path="Items[]", parameters={"Names": "Name"}, inherit=("Cluster",), region="Where", batch=10
    )
    items = [
        {"Name": "a", "Where": "eu-west-1"},
        {"Name": "b", "Where": "us-east-1"},
        {"Name": "c", "Where": "eu-west-1"},
    ]
    assert list(source.calls({"Items": items}, {"Cluster": "main"}, "global", "1")) == [
        ("eu-west-1", {"Cluster": "main", "Names": "a,c"}),
        ("us-east-1", {"Cluster": "main", "Names": "b"}),
    ]


def test_a_global_operation_is_told_the_region_in_which_an_item_was_listed() -> None:
    source = Source(operation="x.list", path="Items[]", parameters={"Id": "Id"}, region_as="Region")
    assert source.names == ("Id", "Region")
    assert list(source.calls({"Items": [{"Id": "a"}]}, {}, "eu-west-1", "1")) == [
        ("global", {"Id": "a", "Region": "eu-west-1"})
    ]


def test_what_another_account_owns_is_left_out() -> None:
    source = Source(operation="x.list", path="Items[]", parameters={"Id": "Id"}, owner="Owner")
    items = [{"Id": "a", "Owner": "1"}, {"Id": "b", "Owner": "2"}]
    assert list(source.calls({"Items": items}, {}, "eu-west-1", "2")) == [("eu-west-1", {"Id": "b"})]
    with pytest.raises(ValueError, match=r"x\.list answered an item without Owner"):
        list(source.calls({"Items": [{"Id": "a"}]}, {}, "eu-west-1", "1"))


def test_constants_are_sent_and_not_recorded() -> None:
    assert ENTRY.sent({"names": "a"}) == {"includeAll": True, "names": ["a"]}


class TestBucketsBehindHosts:
    SOURCE = Source(operation="x.list", path="Items[]", parameters={"Bucket": "Name"}, host="Target || Name")

    def buckets(self, *items: dict[str, str], source: Source = SOURCE) -> list[str]:
        calls = source.calls({"Items": list(items)}, {}, "global", "1")
        return [parameters["Bucket"] for _, parameters in calls]

    def test_the_parameter_is_the_bucket_that_answers(self) -> None:
        host, website = "site.s3.amazonaws.com", "s3-website.eu-central-1.amazonaws.com."
        assert self.buckets({"Name": host}, {"Name": "www.example.com.", "Target": website}) == [
            "site",
            "www.example.com",
        ]

    @pytest.mark.parametrize("name", ["www.example.com", "site-999999999999-eu-central-1-an.s3.amazonaws.com"])
    def test_what_is_no_bucket_that_anybody_can_take_is_left_out(self, name: str) -> None:
        assert self.buckets({"Name": name}) == []

    def test_an_item_without_a_host_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="without Target"):
            self.buckets({"Name": "www.example.com"}, source=msgspec.structs.replace(self.SOURCE, host="Target"))
