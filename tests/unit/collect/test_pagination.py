"""Pages become one answer, as boto3 merges them."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.paginate import PageIterator
from botocore.paginate import Paginator as BotoPaginator
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.collect.entries import Pages
from nightaudit_auditor.collect.pagination import Paginator, paginator

CONFIG = {
    "input_token": "Marker", "output_token": "Marker", "more_results": "IsTruncated",
    "result_key": ["Users", "Roles"], "non_aggregate_keys": ["Owner"],
}  # fmt: skip
MODEL = botocore.session.get_session().get_service_model("iam").operation_model("ListUsers")


def _merge(pages: list[dict[str, Any]], config: dict[str, Any]) -> dict[str, Any]:
    ours = Paginator(config)
    merged: dict[str, Any] = {}
    for number, page in enumerate(pages):
        ours.merge(merged, page, first=number == 0)
        if not ours.next_tokens(page):
            break
    return merged


def _boto3(pages: list[dict[str, Any]]) -> dict[str, Any]:
    rest = iter(pages)
    found: PageIterator[Any] = BotoPaginator(
        lambda **_: next(rest), {**CONFIG, "limit_key": "MaxItems"}, MODEL
    ).paginate()
    full = found.build_full_result()
    return {key: value for key, value in full.items() if value is not None}


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {}, optional={"Users": st.lists(st.integers(), max_size=3), "Roles": st.lists(st.text(), max_size=2)}
        ),
        min_size=1,
        max_size=5,
    )
)
def test_the_merged_answer_is_boto3s(bodies: list[dict[str, Any]]) -> None:
    last = len(bodies) - 1
    pages = [
        {**body, "Owner": f"o{n}", "IsTruncated": n < last, **({"Marker": f"m{n}"} if n < last else {})}
        for n, body in enumerate(bodies)
    ]
    copies = [{key: list(value) if isinstance(value, list) else value for key, value in page.items()} for page in pages]
    assert _merge(pages, CONFIG) == _boto3(copies)


def test_a_page_that_is_not_truncated_is_the_last_whatever_its_marker_says() -> None:
    assert Paginator(CONFIG).next_tokens({"IsTruncated": False, "Marker": "m"}) == ()
    assert Paginator(CONFIG).next_tokens({"IsTruncated": True, "Marker": "m"}) == (("Marker", "m"),)


@pytest.mark.parametrize("token", [None, ""])
def test_an_empty_token_ends(token: str | None) -> None:
    ours = paginator(None, Pages(input_token="NextToken", output_token="NextToken", result_key="Items"))
    assert ours is not None
    assert ours.next_tokens({"NextToken": token, "Items": []}) == ()
    assert ours.next_tokens({"NextToken": "t"}) == (("NextToken", "t"),)


def test_most_operations_have_one_page() -> None:
    assert paginator(None, None) is None
