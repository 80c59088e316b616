from random import Random

from hypothesis import given
from hypothesis import strategies as st

from training_platform.quizzes.draw import Candidate, draw

BANK = [
    Candidate(f"t/q{n}", "t", "applied" if n % 2 else "foundation", frozenset({f"s{n % 3}"}))
    for n in range(20)
]
SECTIONS = [{"draw": {"topic": "t", "count": 8}, "points": 1}, {"questions": ["t/q0"], "points": 2}]


@given(st.integers(0, 10_000))
def test_no_question_stands_twice_and_fixed_ones_are_not_drawn(seed: int) -> None:
    drawn = draw(SECTIONS, BANK, [], Random(seed))
    ids = [each.question_id for each in drawn]
    assert len(ids) == len(set(ids)) == 9
    assert ids[-1] == "t/q0"
    assert drawn[-1].points == 2


@given(st.integers(0, 10_000))
def test_a_makeup_takes_other_questions_as_far_as_there_are_any(seed: int) -> None:
    sections = SECTIONS[:1]
    rng = Random(seed)
    first = {each.question_id for each in draw(sections, BANK, [], rng)}
    second = {each.question_id for each in draw(sections, BANK, [first], rng)}
    third = {each.question_id for each in draw(sections, BANK, [first, second], rng)}
    assert not first & second
    assert len(third - first - second) == 4  # all that were left
    assert len(third & second) == 0  # the rest are those seen longest ago


def test_difficulty_and_skills_narrow_a_draw() -> None:
    sections = [{"draw": {"topic": "t", "difficulty": "applied", "skills": ["s1"], "count": 9}}]
    found = {each.question_id for each in draw(sections, BANK, [], Random(1))}
    assert found == {"t/q1", "t/q7", "t/q13", "t/q19"}


def test_two_sections_never_share_a_question() -> None:
    sections = [{"draw": {"topic": "t", "count": 12}}, {"draw": {"topic": "t", "count": 12}}]
    ids = [each.question_id for each in draw(sections, BANK, [], Random(2))]
    assert len(ids) == len(set(ids)) == 20


def test_the_same_chance_gives_the_same_draw_whatever_the_order_of_rows() -> None:
    assert draw(SECTIONS, BANK, [], Random(3)) == draw(SECTIONS, BANK[::-1], [], Random(3))
