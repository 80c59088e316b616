"""Coaching in the demo company: who coaches whom, one-to-ones, spot checks, work in the CRM.

Work in the practice CRM needs its dataset; without it only the live CRM is spot-checked.
"""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.coaching.models import CoachingSlot, SpotCheck
from training_platform.coaching.reach import Reach, reach_of
from training_platform.coaching.rules import Finding, Source
from training_platform.coaching.services import care, slots, spotting
from training_platform.coaching.services.seats import booking_of
from training_platform.coaching.services.spotting import Verdict, Wanted
from training_platform.core import clock
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.models import Customer
from training_platform.crm.queries.workspaces import has_dataset
from training_platform.crm.registry import ENTITIES
from training_platform.crm.scope import enter
from training_platform.crm.services import entry
from training_platform.crm.services.follow_ups import log_follow_up
from training_platform.crm.services.records import change_record
from training_platform.crm.services.workspaces import open_free_workspace
from training_platform.demo.calendar import at, working_day_after, working_day_before
from training_platform.demo.world import World

#: Who coaches whom.
CARE = (("mentor", "specialist2"), ("mentor", "newcomer"), ("trainer", "specialist"))
ROOM = "三号会议室"
#: Of the records looked at in the live CRM: what was wrong.
LIVE = {4: ("联系电话", "少写了一位，已当场改正。"), 11: ("下次跟进时间", "没有填写。")}
LIVE_SIZE = 20
#: (follow-ups, of them without a next step, leads, records changed) on one day, by person.
DAYS = {"specialist": (5, 1, 2, 6), "specialist2": (3, 2, 1, 2), "supervisor": (4, 0, 1, 5)}
#: How many working days ago somebody worked in the practice CRM.
WORKED = (62, 41, 23, 7, 3, 1)
SAID = (
    "确认了第二季度的用量，客户在意交期。",
    "介绍了保养方案，对方要一份报价。",
    "回访安装情况，运行正常。",
)
NEXT = "下周二前发报价单"
SEED = 2026
#: Of the acts drawn from the practice CRM: which is wrong, and why.
WRONG_AT, TOO_SHORT = 8, ("summary", "摘要太短，看不出客户要什么。")


def plan_coaching(world: World) -> None:
    """Plan who coaches whom, what they agreed, and what was found."""
    _Story(world).plan()


class _Story:
    def __init__(self, world: World) -> None:
        self.world = world
        self.ends = world.company.ends_on

    def plan(self) -> None:
        """Plan everything, each on its day."""
        for back in (7, 0):  # whoever has joined meanwhile
            self._on(self._ago(back), 8, self.give_coaches)
        self._on(self._ago(7), 9, self._offers(self._ago(5), 15))
        self._on(self._ago(6), 10, self._books("specialist2", self._ago(5), "录入老是漏字段。"))
        self._on(self._ago(5), 16, self.note_down)
        for days, hour in ((1, 10), (2, 15), (4, 10)):
            self._on(self._ago(1), 9, self._offers(working_day_after(self.ends, days), hour))
        day = working_day_after(self.ends, 1)
        self._on(self._ago(0), 10, self._books("newcomer", day, "想先看看系统怎么用。", hour=10))
        for back in WORKED:
            for number, username in enumerate(DAYS):
                self._on(self._ago(back), 10 + number, self._works(username))
        self._on(self._ago(5), 16, self.check_live)
        self._on(self._ago(4), 11, self.comment)
        self._on(self._ago(2), 14, self.check_sandbox)

    def give_coaches(self, session: Session) -> None:
        """Let the head give people their coaches."""
        for coach, trainee in CARE:
            if trainee in self.world.members:
                coach_id = self.world.members[coach].employee_id
                head = self.world.viewer("head")
                care.take_into_care(session, self._reach(session, trainee), head, coach_id)

    def note_down(self, session: Session) -> None:
        """Note what came of the first one-to-one."""
        slot = self._slot(session, self._ago(5), 15)
        if slot is None or booking_of(session, slot.id) is None:
            return
        outcome = slots.Outcome(
            "一起录了三家客户，对照填写规范逐项检查；手机号和行业最容易漏。",
            "独立录入五家客户，提交前自查一遍",
            working_day_after(self.ends, 3),
        )
        mentor = self.world.viewer("mentor")
        slots.note_outcome(session, slot, mentor, outcome, expected_version=slot.version)
        trainee = self.world.viewer("specialist2")
        slots.add_own_note(session, slot, trainee, "先看必填项，再看手机号位数。")

    def check_live(self, session: Session) -> None:
        """Let the line manager look at records of the live CRM."""
        checker = self.world.viewer("supervisor")
        wanted = Wanted(Source.LIVE, self._ago(20), clock.today(), LIVE_SIZE, SEED)
        check = spotting.draw_check(session, self._reach(session, "specialist"), checker, wanted)
        for number in range(1, LIVE_SIZE + 1):
            title = f"KH-{1200 + number * 7}"
            item = spotting.add_note(session, check, checker, title, clock.today())
            spotting.record_finding(session, check, item, checker, _verdict(*LIVE.get(number, ())))
        self._close(session, check, "supervisor", "整体很好；保存前再看一眼电话和下次跟进时间。")

    def comment(self, session: Session) -> None:
        """Let the specialist say what she thinks of it."""
        check = session.scalars(select(SpotCheck).order_by(SpotCheck.id)).first()
        if check is not None:
            text = "电话那条是客户报错了号，已回访核对。"
            spotting.comment_check(session, check, self.world.viewer("specialist"), text)

    def check_sandbox(self, session: Session) -> None:
        """Let the trainer draw a sample of what the specialist entered in the practice CRM."""
        if not has_dataset(session):
            return
        checker = self.world.viewer("trainer")
        wanted = Wanted(Source.SANDBOX, self._ago(62), clock.today(), 20, SEED)
        check = spotting.draw_check(session, self._reach(session, "specialist"), checker, wanted)
        for item in check.items:
            is_wrong = item.position == 8
            verdict = (
                _verdict("summary", "摘要太短，看不出客户要什么。") if is_wrong else _verdict()
            )
            spotting.record_finding(session, check, item, checker, verdict)
        self._close(session, check, "trainer", "跟进摘要写清楚客户的要求和时间。")

    def _offers(self, day: date, hour: int) -> Callable[[Session], None]:
        def offer(session: Session) -> None:
            offered = slots.Offer(at(day, hour), 30, ROOM, note="带上最近的问题。")
            slots.publish_slot(session, self.world.viewer("mentor"), offered)

        return offer

    def _books(
        self, username: str, day: date, wish: str, *, hour: int = 15
    ) -> Callable[[Session], None]:
        def book(session: Session) -> None:
            slot = self._slot(session, day, hour)
            if slot is not None and username in self.world.members:
                topic = slots.Topic(slots.SESSION_TITLE, None, wish)
                slots.book_slot(session, slot, self.world.viewer(username), topic)

        return book

    def _works(self, username: str) -> Callable[[Session], None]:
        """Return a morning of somebody in the practice CRM."""

        def work(session: Session) -> None:
            if username not in self.world.members or not has_dataset(session):
                return
            viewer = self.world.viewer(username)
            workspace = open_free_workspace(session, viewer)
            try:
                _morning(open_desk(session, workspace, viewer, is_writing=True), username)
            finally:
                enter(None)

        return work

    def _close(self, session: Session, check: SpotCheck, username: str, summary: str) -> None:
        checker = self.world.viewer(username)
        spotting.close_check(session, check, checker, summary, expected_version=check.version)

    def _slot(self, session: Session, day: date, hour: int) -> CoachingSlot | None:
        return session.scalars(
            select(CoachingSlot).where(CoachingSlot.starts_at == at(day, hour))
        ).first()

    def _reach(self, session: Session, username: str) -> Reach:
        found = reach_of(session, self.world.members[username].employee_id)
        assert found is not None  # noqa: S101  # a member
        return found

    def _ago(self, count: int) -> date:
        return working_day_before(self.ends, count)

    def _on(self, day: date, hour: int, act: Callable[[Session], None]) -> None:
        if day > self.world.company.began_on:
            self.world.plan(at(day, hour, 10), act)


def _morning(desk: Desk, username: str) -> None:
    """Log follow-ups, take leads in, change records: so much of each as the person does."""
    talks, unfinished, arrivals, changes = DAYS[username]
    own = desk.session.scalars(
        select(Customer)
        .where(Customer.owner_id == desk.seller.id, Customer.retention == "active")
        .order_by(Customer.id)
        .limit(talks + changes)
    ).all()
    for number, customer in enumerate(own[:talks]):
        said = {"method": "call", "summary": SAID[number % len(SAID)]}
        log_follow_up(desk, customer, said | ({"next_step": NEXT} if number >= unfinished else {}))
    for customer in own[talks:]:
        change_record(desk, customer, {"needs": f"{clock.today():%m} 月核对：用量稳定"})
    for number in range(arrivals):
        lead = entry.create_entry(desk, ENTITIES["lead"], _lead(number))
        if number == 0:
            log_follow_up(desk, lead, {"method": "call", "summary": SAID[1], "next_step": NEXT})


def _lead(number: int) -> dict[str, str]:
    day = clock.today()
    return {
        "company": f"试练{day:%m%d}{'甲乙丙丁'[number]}机电有限公司",
        "person": "周试练",
        "mobile": f"1601{day:%m%d}{number:03d}",
        "source": "website",
        "industry": "machinery",
        "region": "east",
    }


def _verdict(field: str = "", comment: str = "") -> Verdict:
    return Verdict(Finding.WRONG if field else Finding.RIGHT, field, comment)
