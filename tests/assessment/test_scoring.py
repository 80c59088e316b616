"""Work is scored by people: seats, drafts, disagreement, a decision by name."""

from fractions import Fraction

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from tests.factories.rubrics import make_rubric, make_scoring
from training_platform.assessment.events import ScoringFinished
from training_platform.assessment.rubrics import queries, services
from training_platform.assessment.rubrics.models import Rating, Scoring
from training_platform.assessment.rubrics.rules import ScoringState
from training_platform.assessment.rubrics.services import Sheet, Subject
from training_platform.core import events
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotFoundError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.permissions import Permission, Right, may
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of


@pytest.fixture
def trainee(session):
    return make_employee(session)


@pytest.fixture
def raters(session):
    return [viewer_of(session, make_employee(session, rights=(Right.TRAINER,))) for _ in range(3)]


def rate(session, scoring, rater, tone, content):
    rating = services.claim(session, scoring.id, rater)
    sheet = Sheet({"tone": tone, "content": content}, {"tone": "Warm."}, "Well done.")
    return services.submit_rating(
        session, scoring.id, rater, sheet, expected_version=rating.version
    )


def decide(session, scoring, person, tone=3, content=3, reason="Both saw half of it."):
    services.resolve(
        session,
        scoring.id,
        person,
        {"tone": tone, "content": content},
        reason,
        expected_version=scoring.version,
    )


def test_asking_twice_opens_one_scoring(session, trainee):
    make_rubric(session)
    subject = Subject("test_work", 1, "reply")

    first = services.open_scoring(session, subject, trainee.id, "reply", "Dear …", 25, 2)
    second = services.open_scoring(session, subject, trainee.id, "reply", "Dear …", 25, 2)

    assert first is second
    assert queries.scorings_of(session, "test_work", 1) == [first]
    assert queries.scored_shares(session, "test_work", 1) == {}


def test_an_unknown_rubric_is_refused(session, trainee):
    with pytest.raises(NotFoundError):
        services.open_scoring(session, Subject("test_work", 1, "a"), trainee.id, "none", "", 5)


def test_a_scoring_keeps_the_rubric_that_it_was_opened_with(session, trainee):
    scoring = make_scoring(session, trainee.id)
    make_rubric(session, criteria=[])

    assert [each.id for each in services.criteria(session, scoring)] == ["tone", "content"]


def test_two_who_agree_are_averaged_and_announced_once(app, session, trainee, raters):
    heard = []
    events.wire(app, [events.on(ScoringFinished, lambda _session, event: heard.append(event))])
    scoring = make_scoring(session, trainee.id)

    rate(session, scoring, raters[0], 2, 3)
    assert scoring.state is ScoringState.IN_SCORING
    rate(session, scoring, raters[1], 3, 3)

    assert scoring.state is ScoringState.FINAL
    shares = queries.scored_shares(session, scoring.subject_kind, scoring.subject_id)
    assert shares == {"reply": Fraction(7, 10)}
    assert [(each.scoring_id, each.employee_id) for each in heard] == [(scoring.id, trainee.id)]


def test_two_who_differ_wait_for_a_third_who_decides_with_a_reason(session, trainee, raters):
    scoring = make_scoring(session, trainee.id)
    rate(session, scoring, raters[0], 1, 1)
    rate(session, scoring, raters[1], 4, 4)
    assert scoring.state is ScoringState.DISAGREED
    assert queries.scored_shares(session, scoring.subject_kind, scoring.subject_id) == {}
    assert "scoring_disagreed" in session.scalars(select(Notice.kind)).all()

    decide(session, scoring, raters[2], 3, 2)

    assert scoring.state is ScoringState.FINAL
    assert scoring.share == Fraction(3, 5)
    assert (scoring.resolved_by_id, scoring.resolve_reason) == (
        raters[2].id,
        "Both saw half of it.",
    )


def test_who_rated_cannot_decide(session, trainee, raters):
    scoring = make_scoring(session, trainee.id)
    rate(session, scoring, raters[0], 1, 1)
    rate(session, scoring, raters[1], 4, 4)

    with pytest.raises(NotPermittedError):
        decide(session, scoring, raters[0])


def test_a_decision_needs_a_reason_and_every_level(session, trainee, raters):
    scoring = make_scoring(session, trainee.id)
    rate(session, scoring, raters[0], 1, 1)
    rate(session, scoring, raters[1], 4, 4)

    with pytest.raises(RuleError):
        decide(session, scoring, raters[2], reason="  ")
    with pytest.raises(RuleError):
        services.resolve(
            session,
            scoring.id,
            raters[2],
            {"tone": 3},
            "Because.",
            expected_version=scoring.version,
        )


def test_of_two_who_decide_the_second_is_told(session, trainee, raters):
    scoring = make_scoring(session, trainee.id)
    rate(session, scoring, raters[0], 1, 1)
    rate(session, scoring, raters[1], 4, 4)
    seen = scoring.version
    decide(session, scoring, raters[2])
    other = viewer_of(session, make_employee(session, rights=(Right.HR,)))

    with pytest.raises(ConflictError):
        services.resolve(
            session,
            scoring.id,
            other,
            {"tone": 0, "content": 0},
            "No.",
            expected_version=seen,
        )


def test_nobody_decides_where_nobody_disagrees(session, trainee, raters):
    scoring = make_scoring(session, trainee.id)

    with pytest.raises(InvalidTransitionError):
        decide(session, scoring, raters[0])


def test_nobody_scores_or_sees_the_own_work(session, raters):
    scoring = make_scoring(session, raters[0].id)

    with pytest.raises(NotPermittedError):
        services.claim(session, scoring.id, raters[0])
    assert services.claim_many(session, [scoring.id], raters[0]) == 0
    assert not may(raters[0], scoring, Permission.SCORING_READ)


def test_a_third_finds_no_seat_left(session, trainee, raters):
    scoring = make_scoring(session, trainee.id)
    services.claim(session, scoring.id, raters[0])
    services.claim(session, scoring.id, raters[1])

    with pytest.raises(InvalidTransitionError):
        services.claim(session, scoring.id, raters[2])


def test_claiming_twice_takes_one_seat(session, trainee, raters):
    scoring = make_scoring(session, trainee.id)

    assert services.claim(session, scoring.id, raters[0]) is services.claim(
        session, scoring.id, raters[0]
    )
    assert len(scoring.ratings) == 1


def test_many_are_claimed_at_once_and_what_is_taken_is_left_out(session, trainee, raters):
    rubric = make_rubric(session).id
    found = [make_scoring(session, trainee.id, raters=1, rubric=rubric) for _ in range(3)]
    services.claim(session, found[1].id, raters[1])

    count = services.claim_many(session, [*(each.id for each in found), 999_999], raters[0])

    assert count == 2
    assert [each.ratings[0].rater_id for each in found] == [
        raters[0].id,
        raters[1].id,
        raters[0].id,
    ]


def test_a_seat_that_was_given_back_is_free_again(session, trainee, raters):
    scoring = make_scoring(session, trainee.id, raters=1)
    services.claim(session, scoring.id, raters[0])

    services.withdraw_claim(session, scoring.id, raters[0])

    assert scoring.state is ScoringState.OPEN
    assert session.scalars(select(Rating)).all() == []
    assert services.claim(session, scoring.id, raters[1]).seat == 1


def test_a_draft_is_kept_and_changes_no_state(session, trainee, raters):
    scoring = make_scoring(session, trainee.id, raters=1)
    rating = services.claim(session, scoring.id, raters[0])

    services.save_draft(
        session,
        scoring.id,
        raters[0],
        Sheet({"tone": 2}, {"tone": "Half"}),
        expected_version=rating.version,
    )

    session.expire_all()
    kept = session.scalars(select(Rating)).one()
    assert (kept.levels, kept.comments, kept.is_submitted) == ({"tone": 2}, {"tone": "Half"}, False)
    assert session.get_one(Scoring, scoring.id).state is ScoringState.IN_SCORING


def test_a_draft_of_an_older_page_is_refused(session, trainee, raters):
    scoring = make_scoring(session, trainee.id, raters=1)
    rating = services.claim(session, scoring.id, raters[0])
    seen = rating.version
    services.save_draft(session, scoring.id, raters[0], Sheet({"tone": 2}), expected_version=seen)

    with pytest.raises(ConflictError):
        services.save_draft(
            session, scoring.id, raters[0], Sheet({"tone": 1}), expected_version=seen
        )


def test_a_rating_is_submitted_whole_and_once(session, trainee, raters):
    scoring = make_scoring(session, trainee.id)
    rating = services.claim(session, scoring.id, raters[0])

    with pytest.raises(RuleError) as refusal:
        services.submit_rating(
            session, scoring.id, raters[0], Sheet({"tone": 2}), expected_version=rating.version
        )
    assert refusal.value.field == "level_content"
    with pytest.raises(RuleError):
        services.submit_rating(
            session,
            scoring.id,
            raters[0],
            Sheet({"tone": 5, "content": 1}),
            expected_version=rating.version,
        )

    rate(session, scoring, raters[0], 2, 2)
    with pytest.raises(InvalidTransitionError):
        services.withdraw_claim(session, scoring.id, raters[0])
    with pytest.raises(InvalidTransitionError):
        rate(session, scoring, raters[0], 3, 3)
