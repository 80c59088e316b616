"""Making the demo company: the order of things, and when it is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import db, writing
from training_platform.core.permissions import SYSTEM
from training_platform.demo.archives import use_archive
from training_platform.demo.behavior import plan_behavior
from training_platform.demo.bulk import load_bulk
from training_platform.demo.calendar import at, months_before
from training_platform.demo.certificates import plan_certificates
from training_platform.demo.coaching import plan_coaching
from training_platform.demo.company import plan_company
from training_platform.demo.compliance import plan_compliance
from training_platform.demo.contests import plan_contests
from training_platform.demo.disputes import Disputes
from training_platform.demo.external_training import plan_external_training
from training_platform.demo.joining import plan_joining
from training_platform.demo.learning import Learner
from training_platform.demo.library import Library, publish_if_empty, read_library
from training_platform.demo.mentoring import plan_mentoring
from training_platform.demo.notices import plan_notices
from training_platform.demo.office import Office
from training_platform.demo.quiz_disputes import QuizDisputes
from training_platform.demo.scoring import plan_scoring
from training_platform.demo.scripts import plan_accounts
from training_platform.demo.studio import plan_studio
from training_platform.demo.world import Hurry, World, count_people, faults
from training_platform.people.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from training_platform.people.passwords import hash_password

BEGAN, LOADED = "demo.load_began", "demo.loaded"
LEAST = len(DEMO_ACCOUNTS)
#: Another word makes another company.
SEED = "demo company"
Progress = Callable[[int, int], None]


class DemoError(Exception):
    """The demo company cannot be loaded here; the text says why."""


class InterruptedLoadError(DemoError):
    """Half a demo company is here, which nobody has used: it can only be begun again."""


@dataclass
class Report:
    """What a load did."""

    people: int = 0
    records: int = 0
    faults: list[str] = field(default_factory=list)


def is_loaded(session: Session) -> bool:
    """Tell whether the demo company lives here.

    Raises DemoError where a load was interrupted, or other people are here already.
    """
    done = set(
        session.scalars(
            select(audit.AuditEvent.action).where(audit.AuditEvent.action.in_((BEGAN, LOADED)))
        )
    )
    if LOADED in done:
        return True
    if BEGAN in done:
        raise InterruptedLoadError("An earlier load was interrupted.")
    if count_people(session):
        raise DemoError("There are people here already; the demo company needs an empty database.")
    return False


def load(
    *,
    employees: int = 120,
    records: int = 0,
    months: int = 18,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Make the demo company; it has lived until the present instant.

    The same numbers on the same instant make the same company, but for random tokens and salts.
    Raises DemoError where is_loaded() does, ContentError for content files with mistakes.
    """
    if employees < LEAST:
        raise DemoError(f"The demo accounts alone are {LEAST} people; ask for more.")
    password_hash = hash_password(DEMO_PASSWORD)  # slow: before the first statement
    now = clock.now()
    with Hurry():
        began_on = months_before(clock.company_day(now), months)
        with writing() as session, clock.stopped(at(began_on, 8)):
            audit.record(session, SYSTEM, BEGAN)
            publish_if_empty(session)
            library = read_library(session)
        world = _make_world(library, now, employees, began_on)
        world.password_hash = password_hash
        days = (world.company.ends_on - world.company.began_on).days + 1
        bulk = world.company.extra_count
        total = days + bulk

        def lived(day: date) -> None:
            progress((day - world.company.began_on).days + 1, total)

        world.run(lived)
        appended = load_bulk(world, bulk, records, lambda done: progress(days + done, total))
        with writing() as session:
            use_archive(session, world.viewer("hr"), world.viewer("head"))
            audit.record(session, SYSTEM, LOADED, people=count_people(session))
            while audit.seal(session) == audit.SEAL_AT_MOST:
                pass
        session = db.session()
        return Report(count_people(session), appended, faults(session))


def _make_world(library: Library, now: datetime, employees: int, began_on: date) -> World:
    company = plan_company(Random(SEED), began_on, clock.company_day(now), employees)  # noqa: S311
    world = World(company, library, now, SEED)
    learners = {each.username: Learner(world, each) for each in company.people}
    plan_joining(world, learners)
    plan_accounts(world, learners)
    Office(world, learners).plan()
    plan_certificates(world, learners)
    plan_coaching(world)
    plan_mentoring(world)
    plan_external_training(world)
    Disputes(world).plan()
    QuizDisputes(world).plan()
    plan_scoring(world)
    plan_behavior(world)
    plan_contests(world)
    plan_notices(world)
    plan_compliance(world)
    plan_studio(world)
    return world
