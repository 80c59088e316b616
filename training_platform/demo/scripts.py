"""The demo accounts' own stories: what each of them shows is written down here."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from training_platform.demo.calendar import at, working_day_after, working_day_before
from training_platform.demo.learning import Aim, Learner
from training_platform.demo.world import World

BASICS, TEAM, STRATEGY = "customer-data-basics", "lead-a-service-team", "crm-strategy"


def plan_accounts(world: World, learners: dict[str, Learner]) -> None:
    """Plan what specialist, specialist2, supervisor and manager do; newcomer does nothing."""
    _Story(world, learners["specialist"]).specialist()
    _Story(world, learners["specialist2"]).specialist2()
    _Story(world, learners["supervisor"]).supervisor()
    _Story(world, learners["manager"]).manager()


class _Story:
    def __init__(self, world: World, learner: Learner) -> None:
        self.world = world
        self.learner = learner
        self.joined = learner.person.joins_on
        self.today = world.company.ends_on

    def specialist(self) -> None:
        """Show somebody half-way: one course with its certificate, the next one begun."""
        self._read_course(BASICS, self._after, first=1, a_day=1)
        self._quiz(self._after(11), BASICS, Aim.PASS)
        self._lessons(self._ago(3), TEAM, 0)
        self._lessons(self._ago(2), TEAM, 1)
        self._open(self._ago(1), TEAM, 2, 55)

    def specialist2(self) -> None:
        """Show a fail: the make-up is open now."""
        self._read_course(BASICS, self._ago, first=8, a_day=2)
        self._quiz(self._ago(3), BASICS, Aim.FAIL)

    def supervisor(self) -> None:
        """Show somebody who is done with the foundation and reads on."""
        self._read_course(BASICS, self._after, first=2, a_day=2)
        self._quiz(self._after(8), BASICS, Aim.PASS)
        self._read_course(TEAM, self._after, first=12, a_day=1)
        self._quiz(self._after(17), TEAM, Aim.PASS)
        for number, back in enumerate((8, 4, 2)):
            self._lessons(self._ago(back), STRATEGY, number)
        self._lessons(self._ago(1), STRATEGY, 3)

    def manager(self) -> None:
        """Show a distinction."""
        self._read_course(TEAM, self._after, first=3, a_day=1)
        self._quiz(self._after(8), TEAM, Aim.BEST)
        self._read_course(STRATEGY, self._after, first=15, a_day=1)
        self._quiz(self._after(24), STRATEGY, Aim.PASS)
        self._lessons(self._ago(3), BASICS, 0)
        self._lessons(self._ago(2), BASICS, 1)
        self._open(self._ago(1), BASICS, 2, 30)

    def _after(self, count: int) -> date:
        return working_day_after(self.joined, count)

    def _ago(self, count: int) -> date:
        return max(working_day_before(self.today, count), self.joined)

    def _read_course(
        self, course_id: str, day_of: Callable[[int], date], *, first: int, a_day: int
    ) -> None:
        """Read a course, so many lessons a day, from the day with this number on."""
        step = -1 if day_of == self._ago else 1
        for index in range(len(self.world.library.lessons.get(course_id, ()))):
            day = day_of(max(first + step * (index // a_day), 0))
            self._lessons(day, course_id, index, minute=12 * (index % a_day))

    def _lessons(self, day: date, course_id: str, index: int, *, minute: int = 0) -> None:
        lesson_id = self._lesson(course_id, index)
        if lesson_id:
            self._do(at(day, 9, 5 + minute), lambda later: self._read(later, lesson_id))

    def _open(self, day: date, course_id: str, index: int, percent: int) -> None:
        lesson_id = self._lesson(course_id, index)
        if lesson_id:
            when = at(day, 9, 5)
            self._do(when, lambda later: self.learner.open(later, lesson_id, percent))

    def _quiz(self, day: date, course_id: str, aim: Aim) -> None:
        paper_id = self.world.library.papers.get(course_id)
        if paper_id:
            when = at(day, 9, 45)
            self._do(when, lambda later: self._sit(later, paper_id, aim))

    def _read(self, session: Session, lesson_id: str) -> None:
        self.learner.read(session, lesson_id)

    def _sit(self, session: Session, paper_id: str, aim: Aim) -> None:
        self.learner.take_quiz(session, paper_id, aim)

    def _lesson(self, course_id: str, index: int) -> str | None:
        lessons = self.world.library.lessons.get(course_id, ())
        return lessons[index] if index < len(lessons) else None

    def _do(self, when: datetime, act: Callable[[Session], None]) -> None:
        def enter_and_act(session: Session) -> None:
            self.learner.enter(session)
            act(session)

        self.world.plan(when, enter_and_act)
