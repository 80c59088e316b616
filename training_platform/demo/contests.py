"""A contest in the demo company: two service teams raced, and all saw who was quick and right.

Racing needs the dataset of the practice CRM; without it nobody is invited.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.fields import FieldKind
from training_platform.crm.models import CrmWorkspace, Customer
from training_platform.crm.queries.workspaces import has_dataset
from training_platform.crm.scope import enter
from training_platform.crm.services.records import create_record
from training_platform.crm.values import from_plain
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.world import World
from training_platform.practicals import services as practicals
from training_platform.practicals.contests import planning, services
from training_platform.practicals.contests.models import Contest
from training_platform.practicals.contests.rules import Teaming
from training_platform.practicals.models import Practical, PracticalAttempt

NAME, TASK, MINUTES = "客服组名片录入赛", "card-race", 10
TEAMS = ("CR-S1", "CR-S2")
#: So many working days ago.
BACK = 8
#: How many take part, and how many cards each of them enters, in turn; whose first one is wrong.
RUNNERS, CARDS, HASTY = 8, (9, 7, 8, 6, 10, 5, 8, 7), 3
A_CARD = timedelta(seconds=55)


def plan_contests(world: World) -> None:
    """Plan the contest: invited in the morning, raced in the afternoon, finished by itself."""
    day = working_day_before(world.company.ends_on, BACK)
    world.plan(at(day, 9, 30), lambda session: _invite(session, world, at(day, 15)))
    for number in range(RUNNERS):
        world.plan(at(day, 15, 0, 5 + number), _runs(world, number))
    world.plan(at(day, 15, MINUTES, 5), _close)
    world.plan(at(day, 15, MINUTES, 10), _finish)


def _invite(session: Session, world: World, start: datetime) -> None:
    if not has_dataset(session) or session.get(Practical, TASK) is None:
        return
    plan = planning.Plan(
        NAME,
        TASK,
        MINUTES,
        [world.department_ids[code] for code in TEAMS],
        Teaming.DEPARTMENT,
        starts_at=start,
        is_recorded=True,
    )
    planning.plan_contest(session, world.viewer("trainer"), plan)


def _runs(world: World, number: int) -> Callable[[Session], None]:
    """Return what one of the runners does: begin, and enter as many cards as she gets through."""

    def run(session: Session) -> None:
        contest = _contest(session)
        if contest is None:
            return
        turns = [team.id for team in contest.teams]
        own = [each for each in contest.entrants if each.team_id == turns[number % len(turns)]]
        place = number // len(turns)
        if place >= len(own):
            return
        known = {each.employee_id: each.viewer for each in world.members.values()}
        viewer = known[own[place].employee_id]
        attempt = services.enter_contest(session, contest, viewer)
        drawn, _start = practicals.start_of(session, attempt.id)
        cards = drawn.key["cards"][: CARDS[number]]
        workspace = session.get_one(CrmWorkspace, attempt.workspace_id)
        try:
            desk = open_desk(session, workspace, viewer, is_writing=True)
            for at_card, card in enumerate(cards):
                with clock.stopped(attempt.started_at + (at_card + 1) * A_CARD):
                    _enter_card(desk, card, is_wrong=number == HASTY and at_card == 0)
        finally:
            enter(None)

    return run


def _enter_card(desk: Desk, card: dict[str, Any], *, is_wrong: bool) -> None:
    appointed = from_plain(card["next_follow_up_at"], FieldKind.INSTANT)
    typed = card | {"next_follow_up_at": appointed, "owner_id": desk.seller.id}
    create_record(desk, Customer, typed | ({"contact_title": "经理"} if is_wrong else {}))


def _close(session: Session) -> None:
    contest = _contest(session)
    if contest is None:
        return
    for attempt_id in services.close_overdue(session, contest.id):
        attempt = session.get_one(PracticalAttempt, attempt_id)
        task = practicals.task_of(session, attempt)
        evidence = practicals.stored_evidence(session, attempt)
        practicals.record_result(session, attempt_id, practicals.evaluate(task, evidence, attempt))


def _finish(session: Session) -> None:
    contest = _contest(session)
    if contest is not None:
        services.finish_contest(session, contest.id)


def _contest(session: Session) -> Contest | None:
    return session.scalars(select(Contest).order_by(Contest.id.desc()).limit(1)).first()
