"""A question that was wrong: voided, a further answer accepted, the key corrected."""

from fractions import Fraction

import pytest

from tests.factories.assessment import RIGHT, definition
from training_platform.assessment.keys import (
    Correction,
    Fix,
    counts_already,
    key_lines,
    key_of,
    mark_corrected,
    same_question,
    shown_order,
)
from training_platform.assessment.marking import KINDS, mark
from training_platform.assessment.presentation import as_defined

#: Another right answer of each kind, and what of it the old key would have given.
OTHER = {
    "single_choice": {"choice": 1},
    "multiple_choice": {"choices": [0, 2]},
    "true_false": {"value": True},
    "short_answer": {"text": "第二天；次日"},
    "numeric": {"text": "48; 50"},
    "matching": {"pairs": {"0": 1, "1": 0, "2": 2}},
    "ordering": {"order": [1, 0, 2, 3]},
    "gap_text": {"gaps": [1, None]},
}


def answers_of(kind):
    """Return answers that a corrected key of a kind makes right."""
    if kind == "short_answer":
        return [{"text": "第二天"}, {"text": "次日"}]
    if kind == "numeric":
        return [{"text": "48"}, {"text": "50"}]
    if kind == "gap_text":
        return [{"gaps": [1, RIGHT["gap_text"]["gaps"][1]]}]
    return [OTHER[kind]]


def corrected(kind, fix, answer):
    given = definition(kind)
    key = None if fix is Fix.VOID else key_of(given, OTHER[kind])
    return mark_corrected(given, answer, [Correction(fix, key)])


@pytest.mark.parametrize("kind", KINDS)
def test_a_voided_question_counts_in_full_for_everybody(kind):
    for answer in (RIGHT[kind], OTHER[kind], None, {"odd": 1}):
        found = corrected(kind, Fix.VOID, answer)
        assert (found.share, found.is_right) == (1, True)


@pytest.mark.parametrize("kind", KINDS)
def test_an_accepted_answer_is_right_beside_the_old_one(kind):
    for answer in [*answers_of(kind), RIGHT[kind]]:
        assert corrected(kind, Fix.ACCEPT, answer).share == 1
    assert corrected(kind, Fix.ACCEPT, None).share == 0


@pytest.mark.parametrize("kind", KINDS)
def test_by_a_corrected_key_the_old_answer_is_not_right_any_more(kind):
    for answer in answers_of(kind):
        assert corrected(kind, Fix.REKEY, answer).share == 1
    assert corrected(kind, Fix.REKEY, RIGHT[kind]).share < 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_a_whole_answer_that_says_something_new(kind):
    given = definition(kind)
    assert key_of(given, None) is None
    assert key_of(given, {}) is None
    key = key_of(given, OTHER[kind])
    assert not counts_already(given, key)
    assert counts_already(given, key_of(given, RIGHT[kind]))
    assert all(key_lines(given, key, "zh"))


def test_half_an_answer_is_no_key():
    assert key_of(definition("matching"), {"pairs": {"0": 1}}) is None
    assert key_of(definition("ordering"), {"order": [1, 1, 2, 3]}) is None
    assert key_of(definition("numeric"), {"text": "24 or 48"}) is None
    assert key_of(definition("single_choice"), {"choice": 9}) is None


def test_decisions_count_one_after_the_other():
    given = definition("single_choice")
    accept, rekey = Correction(Fix.ACCEPT, {"choice": 1}), Correction(Fix.REKEY, {"choice": 2})

    assert mark_corrected(given, {"choice": 1}, [accept, rekey]).share == 0
    assert mark_corrected(given, {"choice": 1}, [rekey, accept]).share == 1
    assert mark_corrected(given, {"choice": 0}, [rekey, accept]).share == 0


def test_shares_of_a_corrected_key_are_exact():
    found = corrected("matching", Fix.REKEY, RIGHT["matching"])
    assert found.share == Fraction(1, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_the_file_shows_a_question_as_it_is_defined(kind):
    given = definition(kind)
    assert as_defined(given, shown_order(given), RIGHT[kind]) == RIGHT[kind]
    assert mark(given, RIGHT[kind]).is_right


def test_two_texts_are_one_question_where_they_ask_and_mark_the_same():
    given = definition("single_choice")
    reworded = given | {"explanation": {"zh": "新的解析", "en": "New"}, "skills": ["x"]}
    options = [dict(each, why=None) for each in given["options"]]

    assert same_question(given, reworded | {"options": options})
    assert not same_question(given, given | {"stem": {"zh": "另问", "en": "Other"}})
    options[0]["correct"], options[1]["correct"] = False, True
    assert not same_question(given, given | {"options": options})
