"""Planning a contest: its task, its teams, who takes part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import ConflictError, InvalidTransitionError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.notices import services as notices
from training_platform.people.models import Department, Employee, EmployeeStatus
from training_platform.practicals import services as practicals
from training_platform.practicals.contests import board, ticking
from training_platform.practicals.contests.models import Contest, ContestEntrant, ContestTeam
from training_platform.practicals.contests.rules import (
    LEAST_TEAMS,
    MOST_PEOPLE,
    State,
    Teaming,
    draw_teams,
)
from training_platform.practicals.generators.texts import in_both
from training_platform.practicals.models import Practical


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


TEAM = _("Team %(letter)s")


@dataclass(frozen=True)
class Plan:
    """What a contest is to be."""

    name: str
    practical_id: str
    minutes: int
    department_ids: Sequence[int]
    teaming: Teaming = Teaming.DRAWN
    team_count: int = LEAST_TEAMS
    #: Left out, somebody starts it by hand.
    starts_at: datetime | None = None
    is_recorded: bool = False
    #: What the draw of the teams follows from.
    seed: str = ""


def plan_contest(session: Session, actor: Person, plan: Plan) -> Contest:
    """Open a contest with its teams, and invite everybody.

    Raises RuleError for a start in the past, a task that cannot be raced, or too few or too many
    people; NotPermittedError for anybody but trainers.
    """
    authorize(actor, None, Permission.PRACTICAL_OVERSEE)
    assert actor.id is not None  # noqa: S101  # trainers are people
    _expect_future(plan.starts_at)
    practical = _racing(session, plan.practical_id)
    teams = _teams(session, plan)
    contest = Contest(
        name=plan.name.strip(),
        practical_id=practical.id,
        minutes=plan.minutes,
        starts_at=plan.starts_at,
        is_recorded=plan.is_recorded,
        created_by_id=actor.id,
        created_at=clock.now(),
    )
    session.add(contest)
    session.flush()
    for position, (name, members) in enumerate(teams):
        team = ContestTeam(contest_id=contest.id, name=name, position=position)
        session.add(team)
        session.flush()
        session.add_all(
            ContestEntrant(contest_id=contest.id, team_id=team.id, employee_id=member)
            for member in members
        )
    session.flush()
    session.refresh(contest)
    for entrant in contest.entrants:
        tell(session, contest, entrant, "contest_invited")
    if contest.starts_at is not None:
        ticking.put_next(session, contest, contest.starts_at)
    audit.record(session, actor, "contests.plan", contest, name=contest.name, people=_size(contest))
    return contest


def arrange(
    session: Session,
    contest: Contest,
    actor: Person,
    teams: Mapping[int, int],
    expected_version: int,
) -> None:
    """Put entrants into other teams; a team of 0 takes somebody out. teams maps entrant to team.

    Raises InvalidTransitionError once it runs, RuleError where fewer than two teams have people.
    """
    contest = locked(session, contest, actor, expected_version)
    expect_planned(contest)
    known = {team.id for team in contest.teams}
    for entrant in list(contest.entrants):
        wanted = teams.get(entrant.id, entrant.team_id)
        if wanted == 0:
            session.delete(entrant)
        elif wanted in known:
            entrant.team_id = wanted
    session.flush()
    session.refresh(contest)
    if len({entrant.team_id for entrant in contest.entrants}) < LEAST_TEAMS:
        raise RuleError(_("At least two teams need somebody."))
    _changed(session, contest, actor, "contests.arrange")


def add_entrant(
    session: Session,
    contest: Contest,
    actor: Person,
    wanted: tuple[str, int],
    expected_version: int,
) -> ContestEntrant:
    """Let somebody else take part: wanted is the staff number, and the team.

    Raises RuleError for an unknown number, for somebody who takes part already, and for too many.
    """
    contest = locked(session, contest, actor, expected_version)
    expect_planned(contest)
    staff_number, team_id = wanted
    person = session.scalar(
        select(Employee).where(
            Employee.staff_number == staff_number.strip(),
            Employee.status == EmployeeStatus.ACTIVE,
        )
    )
    if person is None:
        raise RuleError(_("Nobody has this staff number."), field="staff_number")
    if any(each.employee_id == person.id for each in contest.entrants):
        raise RuleError(_("This person takes part already."), field="staff_number")
    if len(contest.entrants) >= MOST_PEOPLE:
        raise RuleError(_("At most %(most)s people take part."), most=MOST_PEOPLE)
    team = next((each for each in contest.teams if each.id == team_id), contest.teams[0])
    entrant = ContestEntrant(contest_id=contest.id, team_id=team.id, employee_id=person.id)
    session.add(entrant)
    session.flush()
    session.refresh(contest)
    tell(session, contest, entrant, "contest_invited")
    _changed(session, contest, actor, "contests.add_entrant")
    return entrant


def locked(session: Session, contest: Contest, actor: Person, expected_version: int) -> Contest:
    """Return a contest with its row locked. Raises ConflictError where somebody changed it."""
    authorize(actor, contest, Permission.PRACTICAL_OVERSEE)
    contest = lock(session, Contest, contest.id)
    if contest.version != expected_version:
        raise ConflictError(contest)
    return contest


def expect_planned(contest: Contest) -> None:
    """Raise InvalidTransitionError once a contest has begun or was called off."""
    if contest.state(clock.now()) is not State.PLANNED:
        raise InvalidTransitionError(_("The contest has begun; nothing can be changed now."))


def _changed(session: Session, contest: Contest, actor: Person, act: str) -> None:
    """Count the change, so that another tab's form is told apart, and note it."""
    flag_modified(contest, "name")
    session.flush()
    audit.record(session, actor, act, contest, people=_size(contest))


def _size(contest: Contest) -> int:
    return len(contest.entrants)


def tell(
    session: Session, contest: Contest, entrant: ContestEntrant, kind: str, **values: Any
) -> None:
    """Tell somebody who takes part something about it, once for each kind."""
    notices.notify(
        session,
        entrant.employee_id,
        kind,
        key=f"{kind}:{contest.id}:{entrant.employee_id}",
        href=contest.href,
        name=contest.name,
        minutes=contest.minutes,
        **values,
    )


def _racing(session: Session, practical_id: str) -> Practical:
    practical = session.get(Practical, practical_id)
    if practical is None or practical.is_withdrawn:
        raise RuleError(_("Choose a task."), field="practical_id")
    if board.race_check(practicals.task_at(session, practical.revision_id)) is None:
        raise RuleError(_("This task does not measure speed."), field="practical_id")
    return practical


def _expect_future(starts_at: datetime | None) -> None:
    if starts_at is not None and starts_at <= clock.now():
        raise RuleError(_("Choose a time that is still to come."), field="starts_at")


def _teams(session: Session, plan: Plan) -> list[tuple[dict[str, str], list[int]]]:
    """Return the teams with their names and members. Raises RuleError where that cannot be."""
    members = _members(session, plan.department_ids)
    people = {employee: ident for ident, (_name, ids) in members.items() for employee in ids}
    if len(people) > MOST_PEOPLE:
        raise RuleError(
            _("At most %(most)s people take part."), field="departments", most=MOST_PEOPLE
        )
    if plan.teaming is Teaming.DEPARTMENT:
        teams = [(name, ids) for name, ids in members.values() if ids]
        if len(teams) < LEAST_TEAMS:
            raise RuleError(_("Choose at least two departments with people."), field="departments")
        return teams
    if len(people) < plan.team_count:
        raise RuleError(_("There are fewer people than teams."), field="departments")
    drawn = draw_teams({key: str(of) for key, of in people.items()}, plan.team_count, plan.seed)
    return [
        ({code: text % {"letter": letter} for code, text in in_both(TEAM).items()}, ids)
        for letter, ids in zip(ascii_uppercase, drawn, strict=False)
    ]


def _members(
    session: Session, department_ids: Sequence[int]
) -> dict[int, tuple[dict[str, str], list[int]]]:
    """Return name and active people of each department with all below it; each person once.

    Of two chosen departments, one within the other, the inner one has its people.
    """
    chosen = session.scalars(
        select(Department).where(Department.id.in_(department_ids)).order_by(Department.path)
    ).all()
    found: dict[int, tuple[dict[str, str], list[int]]] = {
        each.id: (each.name, []) for each in chosen
    }
    people = session.execute(
        select(Employee.id, Department.path)
        .join(Department, Department.id == Employee.department_id)
        .where(Employee.status == EmployeeStatus.ACTIVE)
        .order_by(Employee.id)
    )
    inner_first = sorted(chosen, key=lambda each: len(each.path), reverse=True)
    for ident, path in people:
        home = next((each for each in inner_first if path.startswith(each.path)), None)
        if home is not None:
            found[home.id][1].append(ident)
    return found
