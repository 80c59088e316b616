"""Contests for tests that are about something else."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tests.practicals.sitting import publish
from training_platform.core import clock
from training_platform.people.models import Employee
from training_platform.practicals.contests.models import Contest, ContestEntrant, ContestTeam
from training_platform.practicals.models import Practical

RACE = "card-race"


def make_contest(
    session: Session,
    trainer: Employee,
    *teams: list[Employee],
    starts_at: datetime | None = None,
    minutes: int = 10,
) -> Contest:
    """Make a contest with these teams; it has just begun where no start is named."""
    if session.get(Practical, RACE) is None:
        publish(session, RACE)
    contest = Contest(
        name="录入赛",
        practical_id=RACE,
        minutes=minutes,
        starts_at=starts_at or clock.now() - timedelta(seconds=1),
        created_by_id=trainer.id,
        created_at=clock.now(),
    )
    session.add(contest)
    session.flush()
    for position, people in enumerate(teams):
        name = {"zh": f"{position} 队", "en": f"Team {position}"}
        team = ContestTeam(contest_id=contest.id, name=name, position=position)
        session.add(team)
        session.flush()
        session.add_all(
            ContestEntrant(contest_id=contest.id, team_id=team.id, employee_id=each.id)
            for each in people
        )
    session.flush()
    session.refresh(contest)
    return contest
