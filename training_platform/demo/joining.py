"""How the company came to the platform: departments, the first accounts, teams, new colleagues."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core.permissions import SYSTEM
from training_platform.core.permissions import Person as Actor
from training_platform.demo.calendar import at
from training_platform.demo.company import DEPARTMENTS, Fate, Person
from training_platform.demo.learning import Learner
from training_platform.demo.world import World
from training_platform.people import services as people
from training_platform.people.models import Department, Employee
from training_platform.people.services.imports import apply_import, check_import
from training_platform.people.services.links import WELCOME, send_welcome, use_link
from training_platform.people.staff_list import Line

#: These come first, by the platform itself: whoever installs it makes them.
FOUNDERS = ("leader", "leader2", "hr", "admin")
IMPORTED = "MK"


def plan_joining(world: World, learners: dict[str, Learner]) -> None:
    """Plan the first morning and every later day on which somebody joins."""
    company = world.company
    first = at(company.began_on, 8, 30)
    founders = [each for each in company.people if each.username in FOUNDERS]
    world.plan(first, lambda session: _found(session, world, founders))
    others = [each for each in company.people if each.username not in FOUNDERS]
    for day, joining in groupby(others, key=lambda each: each.joins_on):
        group = list(joining)
        imported = [each for each in group if each.department.startswith(IMPORTED)]
        is_wave = len(imported) > 2
        by_hand = [each for each in group if not (is_wave and each in imported)]
        if is_wave:
            world.plan(at(day, 8, 45), lambda s, g=imported: _import(s, world, g, learners))  # type: ignore[misc]
        world.plan(at(day, 8, 40), lambda s, g=by_hand: _join(s, world, g, learners))  # type: ignore[misc]


def _found(session: Session, world: World, founders: Sequence[Person]) -> None:
    """Make the departments, the first people and their rights."""
    rows = session.execute(select(Department.code, Department.id))
    known = {row.code: row.id for row in rows}
    for code, parent, name in DEPARTMENTS:
        if code not in known:
            parent_id = known[parent] if parent else None
            made = people.create_department(
                session, SYSTEM, code=code, name=name, parent_id=parent_id
            )
            known[code] = made.id
    world.department_ids.update(known)
    for person in founders:
        _create(session, world, person, SYSTEM)
    for person in founders:
        _grant(session, world, person, SYSTEM)


def _join(
    session: Session, world: World, group: Sequence[Person], learners: dict[str, Learner]
) -> None:
    """Let HR add people one by one; the administrator grants their rights."""
    for person in group:
        _create(session, world, person, world.viewer("hr"))
        if person.rights:
            _grant(session, world, person, world.viewer("admin"))
        _begin(session, learners[person.username])


def _import(
    session: Session, world: World, group: Sequence[Person], learners: dict[str, Learner]
) -> None:
    """Let HR bring a whole department by its staff list; each chooses the own password later."""
    hr = world.viewer("hr")
    found = check_import(session, hr, lines_of(world, group), "市场部花名册.csv")
    apply_import(session, found, hr, expected_version=found.version)
    for person in group:
        employee = session.scalars(
            select(Employee).where(Employee.staff_number == person.staff_number)
        ).one()
        world.knows(session, employee)
        address = send_welcome(session, employee, hr)
        rng = world.rng(f"welcome:{person.username}")
        when = at(person.joins_on, 9) + timedelta(minutes=rng.randint(0, 12))
        world.plan(when, _chooser(world, address.rsplit("/", 1)[-1]))
        _begin(session, learners[person.username])


def _chooser(world: World, token: str) -> Callable[[Session], None]:
    def choose(session: Session) -> None:
        use_link(session, token, WELCOME, world.password_hash)

    return choose


def lines_of(world: World, group: Sequence[Person]) -> list[Line]:
    """Return people as the lines of a staff list."""
    by_username = world.company.by_username
    return [
        Line(
            number,
            {
                "staff_number": person.staff_number,
                "name": person.name,
                "name_latin": person.name_latin,
                "username": person.username,
                "email": person.email,
                "department": person.department,
                "job_role": person.job_role or "",
                "manager": by_username[person.manager].staff_number if person.manager else "",
                "hired_on": person.hired_on.isoformat(),
            },
        )
        for number, person in enumerate(group, start=2)
    ]


def _create(session: Session, world: World, person: Person, actor: Actor) -> None:
    manager = world.members[person.manager].employee_id if person.manager else None
    employee = people.create_employee(
        session,
        actor,
        people.NewEmployee(
            staff_number=person.staff_number,
            username=person.username,
            name=person.name,
            name_latin=person.name_latin,
            email=person.email,
            department_id=world.department_ids[person.department],
            manager_id=manager,
            hired_on=person.hired_on,
            job_role_id=person.job_role,
            password_hash=world.password_hash,
        ),
    )
    world.knows(session, employee)


def _grant(session: Session, world: World, person: Person, actor: Actor) -> None:
    employee = session.get_one(Employee, world.members[person.username].employee_id)
    for right, code in person.rights:
        department_id = world.department_ids[code] if code else None
        people.grant_right(session, employee, actor, right, department_id)
    world.knows(session, employee)


def _begin(session: Session, learner: Learner) -> None:
    learner.follow(learner.person.job_role)
    if learner.person.fate is not Fate.SCRIPTED:
        learner.begin(session)
