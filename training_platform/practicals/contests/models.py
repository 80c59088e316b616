"""竞赛: contests, their teams, and who takes part."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee
from training_platform.practicals.contests.rules import State, Times, state_of


class Contest(Base):
    """Some minutes in which people do the same task, each with cards of their own."""

    __tablename__ = "contest"
    __table_args__ = (Index("ix_contest_finished_at_starts_at", "finished_at", "starts_at"),)
    read_permission = Permission.CONTEST_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    practical_id: Mapped[str] = mapped_column(ForeignKey("practical.id"))
    minutes: Mapped[int]
    #: Empty until somebody starts it by hand.
    starts_at: Mapped[datetime | None]
    #: Whether the result goes into the training records.
    is_recorded: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    teams: Mapped[list["ContestTeam"]] = relationship(
        order_by="ContestTeam.position", lazy="selectin"
    )
    entrants: Mapped[list["ContestEntrant"]] = relationship(
        order_by="ContestEntrant.id", lazy="selectin"
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def times(self) -> Times:
        """Return the times that decide where it stands."""
        return Times(self.starts_at, self.minutes, self.finished_at, self.canceled_at)

    def state(self, now: datetime) -> State:
        """Return where it stands at a moment."""
        return state_of(self.times, now)

    @property
    def href(self) -> str:
        """Return the address of its page."""
        return f"/practicals/contests/{self.id}"


class ContestBoard(Base):
    """The standings of a contest as they were counted last: what every look at the board reads."""

    __tablename__ = "contest_board"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    #: As board.py makes it: teams and people with their places.
    standings: Mapped[dict[str, Any]]
    counted_at: Mapped[datetime]


class ContestTeam(Base):
    """A team of a contest."""

    __tablename__ = "contest_team"
    __table_args__ = (UniqueConstraint("contest_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), index=True)
    #: {zh, en}: a department's name, or a letter.
    name: Mapped[dict[str, Any]]
    position: Mapped[int]


class ContestEntrant(Base):
    """Somebody who is to take part, and the attempt once it began."""

    __tablename__ = "contest_entrant"
    __table_args__ = (UniqueConstraint("contest_id", "employee_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("contest_team.id"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("practical_attempt.id"), unique=True)

    employee: Mapped[Employee] = relationship(lazy="raise_on_sql")
