"""How one person learns: reads on some days, pauses, takes quizzes, fails now and then."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.rules import StepAction
from training_platform.content.queries import revision_data
from training_platform.core import clock
from training_platform.curricula import services as curricula
from training_platform.curricula.models import Assignment, AssignmentState, Lesson
from training_platform.demo.answers import fields_of, right_answer, wrong_answer
from training_platform.demo.calendar import moment, working_day_after, working_day_from
from training_platform.demo.company import Fate, Person
from training_platform.demo.feedback import rate_read
from training_platform.demo.world import World
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.people.services.sign_in import Candidate, Place, sign_in
from training_platform.quizzes import queries as quiz_queries
from training_platform.quizzes import services as quizzes
from training_platform.quizzes.models import Attempt, Paper
from training_platform.quizzes.rules import StepKind

#: How much harder or easier a question is than a middle one.
EASE = {"foundation": 0.05, "applied": -0.03, "advanced": -0.1}
SIGN_IN_EVERY = timedelta(days=17)
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_5) AppleWebKit/605.1.15 Version/18.5 Safari/605.1",
)


class Aim(StrEnum):
    """How a quiz is to end, where that is written down."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105  # no password
    BEST = "best"


class Learner:
    """One person at her lessons and quizzes; everything she does goes through the services."""

    def __init__(self, world: World, person: Person) -> None:
        self.world = world
        self.person = person
        self.rng = world.rng(person.username)
        self.courses: list[str] = []
        self.aims: list[Aim] = [Aim.FAIL, Aim.FAIL] if person.fate is Fate.STRUGGLING else []
        self.is_busy = False
        self._stops_after = self.rng.randint(2, 5) if person.fate is Fate.STUCK else None
        self._done: set[str] = set()
        self._completed: set[str] = set()
        self._signed_in_at: datetime | None = None
        self._is_retaking = False

    @property
    def name(self) -> str:
        """Return the user name."""
        return self.person.username

    def is_gone(self) -> bool:
        """Tell whether she left or may not sign in."""
        return not self.world.members[self.name].is_active

    def has_completed(self, course_id: str) -> bool:
        """Tell whether she is through with a course."""
        return course_id in self._completed

    def follow(self, job_role: str | None) -> None:
        """Put what the job role asks for on the own list, some electives later."""
        library = self.world.library
        for course_id in library.required.get(job_role or "", ()):
            self.wish(course_id)
        if self.person.fate is Fate.SCRIPTED:
            return
        for course_id in library.electives.get(job_role or "", ()):
            if self.rng.random() < 0.7:
                self.later(course_id)

    def later(self, course_id: str) -> None:
        """Take a course up some day between now and soon after the present."""
        today = clock.today()
        days = (self.world.company.ends_on - today).days
        day = working_day_from(today + timedelta(days=self.rng.randint(40, max(60, days))))
        self.world.plan(moment(day, self.rng), lambda session: self.take_up(session, course_id))

    def take_up(self, session: Session, course_id: str) -> None:
        """Begin a course, or after the present one."""
        self.wish(course_id)
        if not self.is_busy:
            self.begin(session)

    def wish(self, course_id: str) -> None:
        """Add a course to what she wants to take."""
        if course_id not in self._completed and course_id not in self.courses:
            self.courses.append(course_id)

    def begin(self, _session: Session) -> None:
        """Begin with the list within a few working days."""
        if self.courses and not self.is_busy and self.person.fate is not Fate.IDLE:
            self.is_busy = True
            self._again(self.rng.randint(0, 4))

    # ---- Lessons ----------------------------------------------------------------------------

    def study(self, session: Session) -> None:
        """Read some lessons of the present course, then plan what comes next."""
        if self.is_gone():
            return
        self.enter(session)
        course_id = self.courses[0]
        at = clock.now()
        for _number in range(self.rng.choice((1, 1, 2, 2, 3))):
            lesson_id = self._next_lesson(course_id)
            if lesson_id is None:
                break
            if self._stops_after is not None and len(self._done) >= self._stops_after:
                self.open(session, lesson_id, self.rng.randint(20, 70))
                return  # and never came back
            at = self.read(session, lesson_id, at)
        if self._next_lesson(course_id) is not None:
            self._again(self._pause(session, course_id))
        elif paper_id := self.world.library.papers[course_id]:
            self._plan(self.rng.randint(0, 2), lambda later: self.sit(later, paper_id))
        else:
            self._finish_course(session)

    def read(self, session: Session, lesson_id: str, at: datetime | None = None) -> datetime:
        """Open a lesson, answer its check question, finish it; return when she is done."""
        viewer = self.world.viewer(self.name)
        lesson = session.get_one(Lesson, lesson_id)
        seconds = self.world.library.minutes[lesson_id] * self.rng.randint(40, 75)
        begins = at or clock.now()
        with clock.stopped(begins):
            curricula.open_lesson(session, lesson, viewer)
        if self.rng.random() < 0.3:
            with clock.stopped(begins + timedelta(seconds=seconds // 3)):
                curricula.keep_place(session, lesson, viewer, self.rng.randint(20, 80))
        ends = begins + timedelta(seconds=seconds)
        with clock.stopped(ends - timedelta(seconds=35)):
            self._check(session, lesson)
        with clock.stopped(ends):
            curricula.finish_lesson(session, lesson, viewer)
            rate_read(session, lesson, viewer)
        self._done.add(lesson_id)
        return ends + timedelta(seconds=self.rng.randint(10, 200))

    def open(self, session: Session, lesson_id: str, percent: int) -> None:
        """Open a lesson, read some of it, and stop there."""
        lesson = session.get_one(Lesson, lesson_id)
        viewer = self.world.viewer(self.name)
        curricula.open_lesson(session, lesson, viewer)
        curricula.keep_place(session, lesson, viewer, percent)

    def _check(self, session: Session, lesson: Lesson) -> None:
        question = self.world.library.checks.get(lesson.id)
        if question is None:
            return
        viewer = self.world.viewer(self.name)
        is_right = self._knows(question)
        while not is_right:
            curricula.answer_check(session, lesson, viewer, wrong_answer(question, self.rng))
            if self.rng.random() < 0.25:
                return  # read why, and went on
            is_right = self.rng.random() < 0.8
        curricula.answer_check(session, lesson, viewer, right_answer(question))

    def _next_lesson(self, course_id: str) -> str | None:
        lessons = self.world.library.lessons[course_id]
        return next((each for each in lessons if each not in self._done), None)

    def _pause(self, session: Session, course_id: str) -> int:
        """Return how many working days pass until she reads again: fewer when a due day is near."""
        due_on = session.scalar(
            select(Assignment.due_on).where(
                Assignment.employee_id == self.world.members[self.name].employee_id,
                Assignment.course_id == course_id,
                Assignment.state == AssignmentState.ACTIVE,
            )
        )
        is_near = due_on is not None and (due_on - clock.today()).days <= 5
        pace = max(self.person.pace, 0.85) if is_near else self.person.pace
        if not is_near and self.rng.random() < 0.05:
            return self.rng.randint(5, 12)
        pause = 1
        while self.rng.random() > pace:
            pause += 1
        return pause

    # ---- Quizzes ----------------------------------------------------------------------------

    def sit(self, session: Session, paper_id: str) -> None:
        """Take the quiz; what follows depends on how it ends."""
        if self.is_gone():
            return
        self.enter(session)
        aim = self.aims.pop(0) if self.aims else None
        walks_away = aim is None and self.rng.random() < 0.02
        attempt = self.take_quiz(session, paper_id, aim, walks_away=walks_away)
        if walks_away:
            after = attempt.deadline_at + timedelta(seconds=20)
            self.world.plan(after, lambda later: self._overtaken(later, attempt.id))
        else:
            self._after_quiz(session, attempt)

    def take_quiz(
        self, session: Session, paper_id: str, aim: Aim | None = None, *, walks_away: bool = False
    ) -> Attempt:
        """Start, answer question by question, and submit, unless she walks away half-way."""
        viewer = self.world.viewer(self.name)
        paper = session.get_one(Paper, paper_id)
        attempt = quizzes.start_attempt(session, paper, viewer, rng=self.rng)
        return self.answer(session, attempt, aim, walks_away=walks_away)

    def answer(
        self, session: Session, attempt: Attempt, aim: Aim | None, *, walks_away: bool = False
    ) -> Attempt:
        """Answer an attempt that has just begun, and submit it, unless she walks away."""
        viewer, begins = self.world.viewer(self.name), clock.now()
        paper = session.get_one(Paper, attempt.paper_id)
        count = len(attempt.layout)
        pace = paper.minutes * 60 * self.rng.uniform(0.4, 0.85) / count
        row = None
        for position, place in enumerate(attempt.layout):
            if walks_away and position > count // 2:
                return attempt
            if position < 2:  # the first answer gives this tab the pen
                row = quiz_queries.find_attempt(session, attempt.token, lock=True)
            question = revision_data(session, place["revision"])
            is_right = self._is_right(question, position, count, aim)
            answer = right_answer(question) if is_right else wrong_answer(question, self.rng)
            step = quizzes.Step(
                StepKind.ANSWER,
                client="demo",
                sequence=position + 1,
                position=position,
                fields=fields_of(question, place["order"], answer),
            )
            with clock.stopped(begins + timedelta(seconds=pace * (position + 1))):
                assert row is not None  # noqa: S101  # it was started above
                quizzes.save_step(session, row, viewer, step)
        with clock.stopped(begins + timedelta(seconds=pace * count + 15)):
            return quizzes.submit_attempt(session, attempt.id, viewer)

    def retake(self, session: Session, paper_id: str) -> None:
        """Take the quiz once more after HR opened an attempt."""
        self._is_retaking = True
        self._plan(self.rng.randint(1, 3), lambda later: self.sit(later, paper_id))

    def _is_right(
        self, question: Mapping[str, Any], position: int, count: int, aim: Aim | None
    ) -> bool:
        if aim is Aim.BEST:
            return True
        if aim is Aim.PASS:
            return position != count // 2
        if aim is Aim.FAIL:
            return position >= count // 2 or (position == 0 and self.rng.random() < 0.5)
        return self._knows(question)

    def _knows(self, question: Mapping[str, Any]) -> bool:
        chance = self.person.skill + EASE.get(question["difficulty"], 0)
        return self.rng.random() < min(0.99, chance + 0.1 * self._is_retaking)

    def _overtaken(self, session: Session, attempt_id: int) -> None:
        """Let the platform submit what she left open, as its job does."""
        quizzes.submit_overdue(session, attempt_id)
        self._after_quiz(session, session.get_one(Attempt, attempt_id))

    def _after_quiz(self, session: Session, attempt: Attempt) -> None:
        if attempt.is_passed:
            self._is_retaking = False
            self._finish_course(session)
            return
        paper = session.get_one(Paper, attempt.paper_id)
        step = quiz_queries.standing_of(session, attempt.employee_id, paper).step
        if step.action in {StepAction.WAIT, StepAction.MAKEUP} and step.opens_at is not None:
            self._is_retaking = True
            day = working_day_from(clock.company_day(step.opens_at) + timedelta(days=1))
            day = working_day_after(day, self.rng.randint(0, 2))
            when = moment(day, self.rng)
            self.world.plan(when, lambda later: self.sit(later, paper.id))

    def _finish_course(self, session: Session) -> None:
        self._completed.add(self.courses.pop(0))
        self.is_busy = False
        if self.courses:
            self.is_busy = True
            self._again(self.rng.randint(3, 15))

    # ---- Signing in -------------------------------------------------------------------------

    def enter(self, session: Session) -> None:
        """Sign in where the last time was long ago, now and then with a wrong password first."""
        if self._signed_in_at and clock.now() - self._signed_in_at < SIGN_IN_EVERY:
            return
        self._signed_in_at = clock.now()
        before = clock.now() - timedelta(seconds=self.rng.randint(20, 90))
        with clock.stopped(before):
            enter(session, self.world, self.name, self.rng)

    def _again(self, working_days: int) -> None:
        self._plan(working_days, self.study)

    def _plan(self, working_days: int, act: Any) -> None:
        today = clock.today()
        if working_days == 0:  # later on the same day
            when = clock.now() + timedelta(minutes=self.rng.randint(4, 40))
        else:
            when = moment(working_day_after(today, working_days), self.rng)
        self.world.plan(when, act)


def enter(session: Session, world: World, username: str, rng: Random) -> str | None:
    """Sign somebody in, and let her read her notices; return the session's token."""
    member = world.members[username]
    kept = session.get_one(Employee, member.employee_id).password_hash
    candidate = Candidate(username, member.employee_id, kept)
    place = Place(f"10.20.{rng.randint(1, 6)}.0/24", rng.choice(BROWSERS))
    if rng.random() < 0.04:
        sign_in(session, candidate, place, is_right=False)
    token = sign_in(session, candidate, place, is_right=True)
    if rng.random() < 0.85:
        notices.mark_all_read(session, member.viewer)
    return token
