from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.assessment import RIGHT, both, definition
from training_platform.assessment.marking import KINDS, mark, rights
from training_platform.assessment.presentation import (
    Gap,
    as_defined,
    is_answered,
    make_order,
    parse_answer,
    public_view,
)
from training_platform.assessment.review import review_of


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_answer_is_worth_everything(kind: str) -> None:
    result = mark(definition(kind), RIGHT[kind])
    assert result.is_right
    assert result.share == 1
    assert result.is_answered


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {"choice": "0"},
        {"choice": True},
        {"choice": 99},
        {"choice": -1},
        {"choices": [0, 99]},
        {"choices": []},
        {"choices": "01"},
        {"value": "false"},
        {"value": 0},
        {"text": ""},
        {"text": 24},
        {"pairs": []},
        {"pairs": {"0": 99, "x": 1}},
        {"order": [0, 0, 1, 2]},
        {"order": [0]},
        {"order": [0, 1, 2, None]},
        {"gaps": {}},
        {"gaps": [99, ""]},
        {"gaps": [True, 5]},
        {"places": {"0": 1}},
        "text",
    ],
)
def test_a_malformed_answer_counts_as_none(kind: str, answer: Any) -> None:
    result = mark(definition(kind), answer)
    assert result.share == 0
    assert not result.is_answered


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choice", "choices", "value", "text", "pairs", "order", "gaps", "0"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(KINDS), ANYTHING)
def test_no_answer_is_a_fault(kind: str, answer: Any) -> None:
    question = definition(kind)
    order = make_order(question, Random(1))
    assert 0 <= mark(question, as_defined(question, order, answer)).share <= 1
    assert 0 <= mark(question, answer).share <= 1


@pytest.mark.parametrize(
    ("choices", "share"),
    [
        ([0, 1], Fraction(1)),
        ([0], Fraction(1, 2)),
        ([0, 2], Fraction(0)),
        ([0, 1, 2], Fraction(1, 2)),
        ([0, 1, 2, 3], Fraction(0)),
        ([2, 3], Fraction(0)),
        ([0, 0], Fraction(1, 2)),
    ],
)
def test_several_answers_give_partial_credit(choices: list[int], share: Fraction) -> None:
    assert mark(definition("multiple_choice"), {"choices": choices}).share == share


def test_without_partial_credit_it_is_all_or_nothing() -> None:
    question = definition("multiple_choice", partial=False)
    assert mark(question, {"choices": [0]}).share == 0
    assert mark(question, {"choices": [1, 0]}).share == 1


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("24", True),
        ("２４", True),
        ("二十四", True),
        ("24 小时", True),
        ("24 hours", True),
        ("24h", True),
        ("24 minutes", False),
        ("48", False),
        ("24 or 48", False),
        ("not 24", False),
    ],
)
def test_a_number_counts_in_any_way_of_writing_it(text: str, is_right: bool) -> None:
    assert mark(definition("numeric"), {"text": text}).is_right is is_right


@pytest.mark.parametrize(
    ("text", "is_right"),
    [("0.94", False), ("0.95", True), ("1.05", True), ("1.06", False), ("1.0500001", False)],
)
def test_the_tolerance_itself_still_counts(text: str, is_right: bool) -> None:
    question = definition("numeric", answer=1.0, tolerance=0.05, unit=None)
    assert mark(question, {"text": text}).is_right is is_right


def test_any_language_counts_for_a_short_answer_and_known_mistakes_are_named() -> None:
    question = definition("short_answer")
    assert mark(question, {"text": " 等待。"}).chosen == ("accepted",)
    assert mark(question, {"text": "Overtime"}).chosen == ("wrong:0",)
    assert mark(question, {"text": "no waiting"}).chosen == ("other",)


def test_matching_and_gaps_give_credit_for_each_part() -> None:
    assert mark(definition("matching"), {"pairs": {"0": 0, "1": 2}}).share == Fraction(1, 3)
    assert mark(definition("gap_text"), {"gaps": [1, "date"]}).share == Fraction(1, 2)
    assert mark(definition("gap_text"), {"gaps": [0]}).share == Fraction(1, 2)


def test_an_order_gives_credit_for_each_item_in_its_place() -> None:
    assert mark(definition("ordering"), {"order": [0, 1, 3, 2]}).share == Fraction(1, 2)
    assert mark(definition("ordering"), {"order": [1, 2, 3, 0]}).share == 0


def test_equal_right_sides_stand_once_and_count_for_each() -> None:
    pairs = [{"left": both(f"l{n}"), "right": both("same" if n else "one")} for n in range(3)]
    question = definition("matching", pairs=pairs, extra=[])
    assert len(rights(question)) == 2
    assert mark(question, {"pairs": {"0": 0, "1": 1, "2": 1}}).is_right


@given(st.sampled_from(KINDS), st.integers(0, 10_000))
def test_a_shuffled_page_leads_back_to_the_same_answer(kind: str, seed: int) -> None:
    question = definition(kind)
    order = make_order(question, Random(seed))
    shown = _shown(kind, order)
    assert mark(question, as_defined(question, order, shown)).is_right


def _shown(kind: str, order: list[int]) -> dict[str, Any]:
    """The right answer as somebody would click it in the shown order."""
    if kind == "single_choice":
        fields: dict[str, Any] = {"answer": str(order.index(0))}
    elif kind == "multiple_choice":
        fields = {"answer": [str(order.index(1)), str(order.index(0))]}
    elif kind == "true_false":
        fields = {"answer": "false"}
    elif kind == "matching":
        fields = {f"answer-{n}": str(order.index(n)) for n in range(3)}
    elif kind == "ordering":
        fields = {f"answer-{order.index(n)}": str(n) for n in range(4)}
    elif kind == "gap_text":
        fields = {"answer-0-choice": str(order.index(0)), "answer-1": "date"}
    else:
        fields = {"answer": RIGHT[kind]["text"]}
    answer = parse_answer(kind, fields)
    assert is_answered(answer)
    return answer or {}


def test_items_never_begin_in_the_right_order() -> None:
    question = definition("ordering")
    assert all(make_order(question, Random(seed)) != [0, 1, 2, 3] for seed in range(300))


def test_an_incomplete_order_is_kept_but_not_an_answer() -> None:
    fields = {"answer-0": "1", "answer-1": "", "answer-2": "1"}
    answer = parse_answer("ordering", fields)
    assert answer == {"places": {"0": 1, "2": 1}}
    assert not is_answered(answer)


@pytest.mark.parametrize("kind", KINDS)
def test_the_view_before_the_close_holds_nothing_of_the_key(kind: str) -> None:
    question = definition(kind, mark="MARKER")
    view = public_view(question, make_order(question, Random(3)), "en")
    assert "MARKER" not in repr(view)
    assert "correct" not in repr(view)


def test_a_gap_text_is_cut_at_its_gaps_in_any_order() -> None:
    question = definition("gap_text", text=both("Then {{2}}, before {{1}}"))
    view = public_view(question, [2, 0, 1], "en")
    gap = view.parts[3]
    assert view.parts[:3] == ("Then ", Gap(1), ", before ")
    assert gap == Gap(0, ("empty", "search", "export"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("right", [True, False])
def test_the_review_says_what_was_right(kind: str, right: bool) -> None:
    question = definition(kind)
    order = make_order(question, Random(5))
    shown = _shown(kind, order) if right else None
    review = review_of(question, order, "en", shown)
    assert review.is_right is right
    assert review.is_answered is right
    assert review.explanation == "explained"
    results = {line.result for line in review.lines}
    assert ("right" in results) is right
    assert ("missed" in results) is not right
