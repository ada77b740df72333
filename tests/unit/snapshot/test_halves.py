"""Half of a surrogate pair, which JSON may escape and nothing can encode."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import parse_document
from nightaudit_auditor.snapshot import without_halves

anything = st.text(st.characters(exclude_categories=()), max_size=5)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), anything),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
)


@given(values)
def test_what_is_left_can_be_encoded(value: object) -> None:
    json.dumps(without_halves(value), ensure_ascii=False).encode()


@given(st.recursive(st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner)))
def test_what_could_be_encoded_before_is_the_same(value: object) -> None:
    assert without_halves(value) == value


def test_a_half_becomes_the_replacement_character_and_two_halves_a_whole() -> None:
    assert without_halves({"\ud83d": ["a\ud83d", "\udd34b", "\ud83d\udd34"]}) == {
        "\ufffd": ["a\ufffd", "\ufffdb", "🔴"]
    }


def test_a_policy_in_an_answer_is_read_without_them() -> None:
    text = r'{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::\ud83d/*"}]}'
    (statement,) = parse_document(text).statements
    assert "\ufffd" in str(statement)
