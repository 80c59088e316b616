"""Compliance in the demo company: a rule of HR, a proof for an audit, a round of refreshers."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives.compliance import services
from training_platform.archives.compliance.items import Item
from training_platform.archives.compliance.membership import Group
from training_platform.archives.compliance.rules import ItemKind
from training_platform.archives.compliance.services import Claim
from training_platform.core import clock
from training_platform.curricula.refresher_models import RefresherEntry
from training_platform.curricula.refresher_rules import Policy
from training_platform.curricula.services import refreshers
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.company import SPECIALIST, SUPERVISOR
from training_platform.demo.scripts import BASICS, TEAM
from training_platform.demo.world import World
from training_platform.practicals.models import Practical

#: What a specialist must have shown in the practice company before customers.
SHOWN = "enter-customers"
AUDIT = "客户年度数据安全审计：说明专员持证情况"
AWAY = "产假，返岗后单独安排"


def plan_compliance(world: World) -> None:
    """Plan what HR did: the rule, the proof of a day, refreshers that wait for confirmation."""
    ends = world.company.ends_on

    def write_rule(session: Session) -> None:
        task = session.get(Practical, SHOWN)
        if task is None:
            return
        role = services.role_needs(session, SPECIALIST)
        needs = [item for item in role.ready if item.kind is ItemKind.CERTIFICATE]
        needs.append(Item(ItemKind.PRACTICAL, task.id, task.title))
        hr = world.viewer("hr")
        services.change_rule(session, role, hr, needs, 60, expected_version=role.version)

    def prove(session: Session) -> None:
        day = clock.today() - timedelta(days=60)
        claim = Claim(BASICS, Group(SPECIALIST), day, AUDIT)
        services.make_proof(session, world.viewer("hr"), claim)

    world.plan(at(working_day_before(ends, 20), 10), write_rule)
    world.plan(at(working_day_before(ends, 7), 15), prove)
    world.plan(at(working_day_before(ends, 3), 9), lambda session: _plan_round(session, world))


def _plan_round(session: Session, world: World) -> None:
    """Let HR decide on refreshers; the next round is planned, and one person is left out."""
    hr, next_month = world.viewer("hr"), clock.today().month % 12 + 1
    months = tuple(sorted({next_month, (next_month + 5) % 12 + 1}))
    courses = ((SPECIALIST, (BASICS,)), (SUPERVISOR, (BASICS, TEAM)))
    policy = Policy(months, courses, lead_days=45, is_active=True)
    refreshers.edit_policy(session, hr, policy, expected_version=0)
    made = refreshers.plan_due_round(session)
    if made is None:
        return
    entry = session.scalars(
        select(RefresherEntry).where(RefresherEntry.round_id == made.id).order_by(RefresherEntry.id)
    ).first()
    if entry is not None:
        refreshers.exclude_entry(session, entry, hr, AWAY, is_excluded=True)
