"""The stepped clock: acts in the order of their instants, one transaction for each day."""

import gc
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from flask import current_app
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, jobs
from training_platform.core.db import db, writing
from training_platform.core.events import FailedReaction
from training_platform.core.jobs import Job, JobState
from training_platform.demo.company import Company
from training_platform.demo.library import Library
from training_platform.people.models import Employee
from training_platform.people.viewer import Viewer, viewer_of
from training_platform.records import sealing

Act = Callable[[Session], None]
MORNING, EVENING = time(8, 5), time(21, 30)


@dataclass
class Member:
    """Somebody of the company once the platform knows her."""

    employee_id: int
    viewer: Viewer
    is_active: bool = True


class World:
    """Runs what was planned, from the first day to the last, and lets acts plan further ones."""

    def __init__(self, company: Company, library: Library, now: datetime, seed: str) -> None:
        self.company = company
        self.library = library
        self.now = now
        self.seed = seed
        self.members: dict[str, Member] = {}
        self.department_ids: dict[str, int] = {}
        self.password_hash = ""
        self._numbers = itertools.count()
        self._waiting: list[tuple[datetime, int, Act]] = []

    def rng(self, name: str) -> Random:
        """Return a source of chance of one's own: what one does leaves others as they were."""
        return Random(f"{self.seed}:{name}")  # noqa: S311  # repeatable on purpose

    def plan(self, when: datetime, act: Act) -> None:
        """Let something happen at an instant; what lies ahead of the present never happens."""
        if when <= self.now:
            heapq.heappush(self._waiting, (when, next(self._numbers), act))

    def knows(self, session: Session, employee: Employee) -> Member:
        """Take somebody in, or look again at what she may do."""
        viewer = viewer_of(session, employee)
        member = self.members.get(employee.username)
        if member is None:
            member = self.members[employee.username] = Member(employee.id, viewer)
        member.viewer = viewer
        return member

    def viewer(self, username: str) -> Viewer:
        """Return somebody as an acting person."""
        return self.members[username].viewer

    def run(self, progress: Callable[[date], None]) -> None:
        """Live through all days up to now."""
        day = self.company.began_on
        while day <= self.company.ends_on:
            self._wake(day)
            self._live(day)
            self._rest(day)
            progress(day)
            day += timedelta(days=1)

    def _live(self, day: date) -> None:
        if not self._is_due(day):
            return
        with writing() as session:
            while self._is_due(day):
                when, _number, act = heapq.heappop(self._waiting)
                with clock.stopped(when):
                    act(session)

    def _wake(self, day: date) -> None:
        """Let what waited over the night leave: digests, once the quiet hours are over."""
        morning = datetime.combine(day, MORNING, clock.company_zone())
        if morning <= self.now:
            with clock.stopped(morning):
                jobs.run_due()

    def _is_due(self, day: date) -> bool:
        return bool(self._waiting) and clock.company_day(self._waiting[0][0]) <= day

    def _rest(self, day: date) -> None:
        """Do at the end of a day what the job worker does: jobs, seals, the day's head."""
        evening = datetime.combine(day, EVENING, clock.company_zone())
        with clock.stopped(min(evening, self.now)):
            while jobs.run_due():
                pass
            with writing() as session:
                while audit.seal(session) == audit.SEAL_AT_MOST:
                    pass
                if day < self.company.ends_on:
                    sealing.seal_day(session, day)
        if day.weekday() == 6:
            gc.collect()


def faults(session: Session) -> list[str]:
    """Return what went wrong without stopping the load: reactions and jobs that failed."""
    reactions = session.execute(select(FailedReaction.reaction, FailedReaction.fault))
    failed = session.execute(
        select(Job.name, Job.fault).where(Job.tries > 1, Job.state != JobState.DONE)
    )
    return [f"{name}: {fault}" for name, fault in itertools.chain(reactions, failed)]


def count_people(session: Session) -> int:
    """Return how many people the platform knows."""
    return session.scalar(select(func.count()).select_from(Employee)) or 0


class Hurry:
    """Commit without waiting for the disk, and send no mail, while the demo company is made.

    A power cut during the load may lose days of it, but never corrupts the database (SQLite in
    WAL with synchronous=NORMAL). Mail goes to files whatever MAIL_URL says.
    """

    def __enter__(self) -> None:
        """Begin to hurry."""
        self._mail_url = current_app.config["MAIL_URL"]
        current_app.config["MAIL_URL"] = ""
        self._engine = db.engine
        event.listen(self._engine, "checkout", _relax)
        gc.disable()  # what is made lives for a day; looking for circles all the time is slow
        gc.freeze()  # and the program itself is no rubbish when the weekly search comes

    def __exit__(self, *_fault: object) -> None:
        """Be careful again."""
        current_app.config["MAIL_URL"] = self._mail_url
        event.remove(self._engine, "checkout", _relax)
        gc.enable()
        db.session.remove()
        self._engine.dispose()  # new connections wait for the disk again


def _relax(connection: object, _record: object, _proxy: object) -> None:
    if db.engine.dialect.name == "sqlite":
        connection.execute("PRAGMA synchronous=NORMAL")  # type: ignore[attr-defined]
