from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.assessment import make_question, make_revision
from tests.factories.people import make_employee
from tests.factories.quizzes import fields_for, make_paper, take
from training_platform.assessment.models import AnswerCount
from training_platform.core import clock, jobs
from training_platform.core.errors import (
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.permissions import Right
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import queries, services
from training_platform.quizzes.models import Attempt, AttemptState, AttemptStep, LateStep, Paper
from training_platform.quizzes.rules import StepKind
from training_platform.quizzes.services import Outcome, Step
from training_platform.quizzes.services.grading import announce_makeup
from training_platform.records import services as records
from training_platform.records.models import TrainingRecord

START = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with clock.stopped(START):
        yield


def save(session: Session, attempt: Attempt, actor: Any, step: Step) -> services.Saved:
    row = queries.find_attempt(session, attempt.token, lock=True)
    assert row is not None
    return services.save_step(session, row, actor, step)


def answer(number: int, value: str, *, client: str = "tab", position: int = 0) -> Step:
    return Step(StepKind.ANSWER, client, number, position, {"answer": value})


def kinds(session: Session, employee_id: int) -> list[str]:
    return list(
        session.scalars(
            select(TrainingRecord.kind)
            .where(TrainingRecord.employee_id == employee_id)
            .order_by(TrainingRecord.id)
        )
    )


def test_starting_again_returns_the_open_attempt(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    viewer = viewer_of(session, employee)
    first = services.start_attempt(session, paper, viewer)
    again = [services.start_attempt(session, paper, viewer) for _each in range(100)]
    assert {each.id for each in again} == {first.id}
    assert len(first.layout) == 2
    assert first.deadline_at == START + timedelta(minutes=5)
    assert len(first.token) >= 22  # 128 bits


def test_a_makeup_waits_a_day_and_asks_other_questions(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session, questions=6, count=3)
    first = take(session, paper, employee)
    viewer = viewer_of(session, employee)
    with clock.stopped(START + timedelta(hours=24, seconds=-1)), pytest.raises(RuleError):
        services.start_attempt(session, paper, viewer)
    with clock.stopped(START + timedelta(hours=24)):
        second = services.start_attempt(session, paper, viewer)
    asked = {each["question"] for each in first.layout}
    assert not asked & {each["question"] for each in second.layout}
    assert second.number == 2


def test_a_pass_is_recorded_once_and_ends_it(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    attempt = take(session, paper, employee, right=2)
    viewer = viewer_of(session, employee)
    for _each in range(100):
        assert services.submit_attempt(session, attempt.id, viewer).percent == 100
    assert kinds(session, employee.id) == ["quiz_passed"]
    record = session.scalars(select(TrainingRecord)).one()
    assert (record.source, record.subject) == (f"quizzes:attempt:{attempt.id}", paper.id)
    assert record.value is not None
    assert record.value.data["outcome"] == "distinction"
    with pytest.raises(RuleError):
        services.start_attempt(session, paper, viewer)


def test_the_second_fail_leads_to_retraining_and_hr(session: Session) -> None:
    hr = make_employee(session, rights=(Right.HR,))
    employee, paper = make_employee(session), make_paper(session)
    take(session, paper, employee)
    assert kinds(session, employee.id) == ["quiz_failed"]
    with clock.stopped(START + timedelta(days=1)):
        second = take(session, paper, employee)
        assert kinds(session, employee.id) == [
            "quiz_failed",
            "quiz_failed",
            "retraining_due",
            "hr_case_opened",
        ]
        told = {tuple(row) for row in session.execute(select(Notice.employee_id, Notice.kind))}
        assert (employee.id, "retraining_due") in told
        assert (hr.id, "hr_case_opened") in told
        viewer = viewer_of(session, employee)
        with pytest.raises(RuleError):
            services.start_attempt(session, paper, viewer)
        services.reopen_attempt(session, second, viewer_of(session, hr), "We talked.")
        third = services.start_attempt(session, paper, viewer)
    assert third.number == 3


def test_lessons_finished_again_open_another_attempt(session: Session) -> None:
    texts = {code: {"title": "T"} for code in ("zh", "en")}
    lessons = [{"slug": slug, "texts": texts} for slug in ("one", "two")]
    make_revision(session, "course", "basics", {"lessons": lessons})
    employee, paper = make_employee(session), make_paper(session, course="basics")
    viewer = viewer_of(session, employee)
    take(session, paper, employee)
    with clock.stopped(START + timedelta(days=1)):
        take(session, paper, employee)
    for day, slug in ((2, "one"), (3, "two")):
        with clock.stopped(START + timedelta(days=day)):
            with pytest.raises(RuleError):
                services.start_attempt(session, paper, viewer)
            records.append(
                session, employee.id, "lesson_finished", f"basics/{slug}", source=f"again:{slug}"
            )
    with clock.stopped(START + timedelta(days=3, seconds=1)):
        assert services.start_attempt(session, paper, viewer).number == 3


def test_what_a_colleague_reads_again_opens_nothing_for_others(session: Session) -> None:
    texts = {code: {"title": "T"} for code in ("zh", "en")}
    lessons = {"lessons": [{"slug": "one", "texts": texts}]}
    make_revision(session, "course", "basics", lessons)
    employee, paper = make_employee(session), make_paper(session, course="basics")
    colleague, viewer = make_employee(session), viewer_of(session, employee)
    take(session, paper, employee)
    with clock.stopped(START + timedelta(days=1)):
        take(session, paper, employee)
    with clock.stopped(START + timedelta(days=2)):
        records.append(
            session, colleague.id, "lesson_finished", "basics/one", source="read by a colleague"
        )
        with pytest.raises(RuleError):
            services.start_attempt(session, paper, viewer)
        records.append(session, employee.id, "lesson_finished", "basics/one", source="read again")
        assert services.start_attempt(session, paper, viewer).number == 3


def test_reopening_is_for_hr_once_and_never_for_oneself(session: Session) -> None:
    hr = make_employee(session, rights=(Right.HR,))
    paper = make_paper(session)
    attempt, own = take(session, paper, make_employee(session)), take(session, paper, hr)
    with pytest.raises(NotPermittedError):
        services.reopen_attempt(session, attempt, viewer_of(session, make_employee(session)), "x")
    actor = viewer_of(session, hr)
    with pytest.raises(RuleError):
        services.reopen_attempt(session, own, actor, "for me")
    with pytest.raises(RuleError):
        services.reopen_attempt(session, attempt, actor, "")
    services.reopen_attempt(session, attempt, actor, "Ill that day.")
    with pytest.raises(InvalidTransitionError):
        services.reopen_attempt(session, attempt, actor, "Again.")


def test_the_makeup_is_announced_when_it_opens(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    attempt = take(session, paper, employee)
    job = session.scalars(select(jobs.Job).where(jobs.Job.name == "quizzes.announce_makeup")).one()
    assert job.run_after == START + timedelta(days=1)
    announce_makeup(session, attempt.id)
    assert not session.scalars(select(Notice)).all()  # not open yet
    with clock.stopped(START + timedelta(days=1)):
        announce_makeup(session, attempt.id)
        announce_makeup(session, attempt.id)
    assert session.scalars(select(Notice.kind)).all() == ["quiz_failed_makeup"]


def test_the_same_step_counts_once_and_the_last_answer_wins(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    viewer = viewer_of(session, employee)
    attempt = services.start_attempt(session, paper, viewer)
    for _each in range(3):
        assert save(session, attempt, viewer, answer(1, "0")).outcome is Outcome.SAVED
    saved = save(session, attempt, viewer, answer(2, "1"))
    assert saved.progress.answers == {0: {"choice": 1}}
    assert session.scalar(select(func.count()).select_from(AttemptStep)) == 2
    cleared = save(session, attempt, viewer, answer(3, ""))
    assert cleared.progress.answered == set()


def test_an_older_answer_that_arrives_late_does_not_replace_a_newer_one(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    viewer = viewer_of(session, employee)
    attempt = services.start_attempt(session, paper, viewer)
    save(session, attempt, viewer, answer(5, "1"))
    saved = save(session, attempt, viewer, answer(4, "0"))
    assert saved.outcome is Outcome.SAVED
    assert saved.progress.answers == {0: {"choice": 1}}


def test_a_number_used_for_another_step_is_another_tab(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    viewer = viewer_of(session, employee)
    attempt = services.start_attempt(session, paper, viewer)
    save(session, attempt, viewer, answer(1, "0"))
    assert save(session, attempt, viewer, answer(1, "2")).outcome is Outcome.OTHER_TAB


def test_only_the_tab_that_writes_saves_until_another_takes_over(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    viewer = viewer_of(session, employee)
    attempt = services.start_attempt(session, paper, viewer)
    save(session, attempt, viewer, answer(1, "0", client="first"))
    refused = save(session, attempt, viewer, answer(1, "1", client="second"))
    assert refused.outcome is Outcome.OTHER_TAB
    assert refused.progress.answers == {0: {"choice": 0}}
    taken = save(session, attempt, viewer, Step(StepKind.TAKE_OVER, "second", 2))
    assert taken.outcome is Outcome.SAVED
    assert save(session, attempt, viewer, answer(3, "1", client="second")).outcome is Outcome.SAVED
    assert (
        save(session, attempt, viewer, answer(2, "2", client="first")).outcome is Outcome.OTHER_TAB
    )


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(299, Outcome.SAVED), (300, Outcome.SAVED), (301, Outcome.LATE)]
)
def test_after_the_deadline_an_answer_is_kept_apart(
    session: Session, seconds: int, outcome: Outcome
) -> None:
    employee, paper = make_employee(session), make_paper(session)
    viewer = viewer_of(session, employee)
    attempt = services.start_attempt(session, paper, viewer)
    with clock.stopped(START + timedelta(seconds=seconds)):
        assert save(session, attempt, viewer, answer(1, "0")).outcome is outcome
    session.flush()
    late = session.scalars(select(LateStep)).all()
    assert len(late) == (outcome is Outcome.LATE)


def test_the_job_submits_overdue_attempts_with_what_was_saved(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    attempt = take(session, paper, employee, right=1, submit=False)
    session.commit()
    with clock.stopped(START + timedelta(minutes=5)):
        jobs.schedule_periodic()
        jobs.run_due()
        session.refresh(attempt)
        assert attempt.state is AttemptState.IN_PROGRESS
    with clock.stopped(START + timedelta(minutes=6)):
        jobs.schedule_periodic()
        jobs.run_due()
    session.refresh(attempt)
    assert attempt.state is AttemptState.SUBMITTED
    assert attempt.submitted_at == START + timedelta(minutes=5)
    assert attempt.percent == 50


def test_starting_after_the_time_is_over_submits_the_old_attempt_first(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    attempt = take(session, paper, employee, right=2, submit=False)
    with clock.stopped(START + timedelta(hours=1)), pytest.raises(RuleError):
        services.start_attempt(session, paper, viewer_of(session, employee))
    assert attempt.is_passed


def test_nothing_is_saved_after_submitting(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    attempt = take(session, paper, employee)
    viewer = viewer_of(session, employee)
    assert save(session, attempt, viewer, answer(9, "0")).outcome is Outcome.CLOSED


def test_another_person_neither_answers_nor_submits(session: Session) -> None:
    attempt = take(session, make_paper(session), make_employee(session), submit=False)
    stranger = viewer_of(session, make_employee(session, rights=(Right.TRAINER, Right.HR)))
    with pytest.raises(NotPermittedError):
        save(session, attempt, stranger, answer(9, "0"))
    with pytest.raises(NotPermittedError):
        services.submit_attempt(session, attempt.id, stranger)


@pytest.mark.parametrize(
    "step",
    [
        answer(1, "0", position=2),
        answer(1, "0", position=-1),
        answer(-1, "0"),
        answer(1, "0", client=""),
        answer(1, "0", client="x" * 65),
        Step(StepKind.FLAG, "tab", 1, None),
    ],
)
def test_a_step_that_is_none_is_refused(session: Session, step: Step) -> None:
    employee, paper = make_employee(session), make_paper(session)
    viewer = viewer_of(session, employee)
    attempt = services.start_attempt(session, paper, viewer)
    with pytest.raises(RuleError):
        save(session, attempt, viewer, step)


def test_answers_are_counted_by_question_and_option(session: Session) -> None:
    question = make_question(session, topic="t")
    paper = make_paper(session, sections=[{"questions": [question.id], "points": 1}])
    take(session, paper, make_employee(session), right=1)
    take(session, paper, make_employee(session), right=0)
    take(session, paper, make_employee(session), right=0)
    rows = session.execute(
        select(AnswerCount.choice, AnswerCount.seen_count, AnswerCount.wrong_count)
    )
    assert {row.choice: (row.seen_count, row.wrong_count) for row in rows} == {
        "": (3, 2),
        "0": (1, 0),
        "1": (2, 2),
    }


def test_what_an_attempt_was_taken_with_is_pinned(session: Session) -> None:
    question = make_question(session, topic="t")
    paper = make_paper(session, sections=[{"questions": [question.id], "points": 1}])
    employee = make_employee(session)
    attempt = take(session, paper, employee, right=1, submit=False)
    revision = make_revision(session, "question", question.id, {"kind": "true_false"})
    question.revision_id = revision.id
    changed = make_revision(session, "paper", paper.id, {"pass_percent": 100})
    paper.revision_id, paper.pass_percent = changed.id, 100
    session.flush()
    assert services.submit_attempt(session, attempt.id, viewer_of(session, employee)).is_passed


def test_a_self_test_is_free_and_leaves_no_record(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session, kind="self_test")
    for number in (1, 2, 3):
        assert take(session, paper, employee).number == number
    assert kinds(session, employee.id) == []


def test_a_withdrawn_paper_begins_no_attempt(session: Session) -> None:
    employee, paper = make_employee(session), make_paper(session)
    running = take(session, paper, employee, right=2, submit=False)
    paper.is_withdrawn = True
    viewer = viewer_of(session, employee)
    assert services.submit_attempt(session, running.id, viewer).is_passed
    with pytest.raises(RuleError):
        services.start_attempt(session, paper, viewer_of(session, make_employee(session)))


def test_a_paper_without_questions_says_so(session: Session) -> None:
    paper: Paper = make_paper(session, questions=0)
    with pytest.raises(RuleError, match="no questions"):
        services.start_attempt(session, paper, viewer_of(session, make_employee(session)))


@pytest.mark.parametrize(
    "kind",
    [
        "multiple_choice",
        "true_false",
        "short_answer",
        "numeric",
        "matching",
        "ordering",
        "gap_text",
    ],
)
@pytest.mark.parametrize("right", [True, False])
def test_every_kind_is_marked_from_its_form(session: Session, kind: str, right: bool) -> None:
    question = make_question(session, kind, topic="t")
    paper = make_paper(session, sections=[{"questions": [question.id], "points": 1}])
    attempt = take(session, paper, make_employee(session), right=int(right))
    assert attempt.is_passed is right
    assert fields_for(session, attempt.layout[0])
