"""Notices in the demo company: a text that HR words anew, mails that people choose, reminders."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core.outbox import Mail
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.world import World
from training_platform.notices import calendar, due, mails, preferences, reminding, rewording
from training_platform.notices.preferences import Wanted
from training_platform.notices.rules import Channel, QuietHours
from training_platform.people.models import Employee, EmployeeStatus

#: Reminders began so many days ago.
REMINDED = 21
MAKEUP = {
    "zh": {
        "title": "可以补考了：{title}",
        "body": "本次得分 {percent} %。请先看错题解析，有疑问可预约一对一辅导，准备好再参加补考。",
    },
    "en": {
        "title": "Your makeup is open: {title}",
        "body": "You reached {percent} % this time. Read the review first, book a one-to-one where "
        "something stays unclear, and take the makeup when you are ready.",
    },
}
#: How some of the demo accounts want their mail.
WANTED = {
    "specialist": Wanted(QuietHours.parse("19:00-08:30"), {"learning": Channel.DAILY}),
    "manager": Wanted(
        QuietHours.parse("20:00-08:00"), {"results": Channel.WEEKLY, "practice": Channel.DAILY}
    ),
    "leader": Wanted(QuietHours.parse("18:30-08:00"), {"learning": Channel.NONE}),
}


def plan_notices(world: World) -> None:
    """Plan what happens about notices in the last weeks."""
    last = world.company.ends_on
    world.plan(at(working_day_before(last, 30), 10), lambda session: _word(session, world))
    world.plan(at(working_day_before(last, 25), 9), lambda session: _choose(session, world))
    for ago in range(REMINDED, -1, -1):
        world.plan(at(last - timedelta(days=ago), 8, 40), _remind)
    world.plan(at(working_day_before(last, 2), 15), lambda session: _send_again(session, world))


def _word(session: Session, world: World) -> None:
    hr = world.viewer("hr")
    rewording.reword(session, hr, "quiz_failed_makeup", MAKEUP, expected_number=0)


def _choose(session: Session, world: World) -> None:
    for username, wanted in WANTED.items():
        viewer = world.viewer(username)
        preferences.choose(session, viewer, wanted, expected_version=1)
    calendar.renew_feed(session, world.viewer("specialist"))


def _remind(session: Session) -> None:
    for kind in due.kinds().values():
        policy = reminding.policy_of(session, kind)
        items = reminding.items_to_tell(session, kind, policy)
        reminding.remind(session, kind, policy, items)


def _send_again(session: Session, world: World) -> None:
    """Send the newest makeup mail again: its recipient had not found it."""
    newest = session.scalars(
        select(Mail.id)
        .join(Employee, Employee.id == Mail.employee_id)
        .where(
            Mail.kind == "quiz_failed_makeup",
            Mail.sent_at.is_not(None),
            Employee.status == EmployeeStatus.ACTIVE,
        )
        .order_by(Mail.id.desc())
        .limit(1)
    ).first()
    if newest is not None:
        mails.send_again(session, world.viewer("hr"), newest)
