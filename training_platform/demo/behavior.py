"""Behavior assessment in the demo company: a round whose results are out, and one that runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.permissions import SYSTEM
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.world import World
from training_platform.evaluation.behavior.models import (
    BehaviorAssessment,
    BehaviorRater,
    BehaviorRound,
)
from training_platform.evaluation.behavior.rules import Group, Occasion, Plan, Sheet
from training_platform.evaluation.behavior.services import raters, rating, rounds
from training_platform.people.models import Department

AREAS = ("communication", "teamwork", "problem-solving", "service-attitude")
TOP = 3
#: What each is good at, by area; and how many customers answer: two are too few to be shown.
CLOSED = {"specialist": ((2.2, 2.0, 1.2, 2.6), 4), "mentor": ((2.6, 2.8, 2.3, 2.4), 2)}
RUNNING = {"specialist2": ((1.6, 1.9, 1.4, 2.1), 4), "supervisor": ((2.4, 2.1, 2.2, 2.0), 3)}
#: Whoever signs in as one of these finds somebody to rate.
SLOW = frozenset({"head", "specialist", "specialist2", "supervisor", "trainer"})
COLLEAGUES = ("supervisor", "specialist", "mentor", "manager", "trainer", "specialist2")
MOST_COLLEAGUES = 6
TRAINING = "新员工 CRM 上岗培训班"
REMARKS = {
    "communication": (
        "客户催发票那次，当天就把进度告诉了大家。",
        "说得清楚，就是语速有点快，客户追问过两次。",
        "改期的事先打电话再发邮件，没有人白跑一趟。",
        "开会时别人说完才接话。",
    ),
    "teamwork": (
        "交接单写得完整，我接手不用再问。",
        "月底忙的时候会主动来分担。",
        "请假前把手上的工单都交代清楚了。",
        "遇到难处说得偏晚，早点开口更好帮。",
    ),
    "problem-solving": (
        "会先查记录再回复，但拿不准时等得有点久。",
        "发错货那次只换了货，没有查为什么会发错。",
        "能把几件相似的投诉放在一起看。",
        "超出常规的情况会先停下来问。",
    ),
    "service-attitude": (
        "说好回电就一定会回。",
        "客户着急时语气也很稳。",
        "办不了的事会告诉客户该找谁。",
        "下班前还记得给客户一个交代。",
    ),
}
WHOLE = ("一起共事很放心。", "希望多在例会上讲讲自己的处理办法。", "进步很明显。")
CUSTOMER_WORDS = (
    "回复很快，谢谢。",
    "找到人之后就顺利了。",
    "说好周三回电，周三上午就打来了。",
    "开票的事催了两次，之后没再出过问题。",
    "对我们的系统很了解，不用从头讲起。",
)


def plan_behavior(world: World) -> None:
    """Plan a round of daily work that was closed, and one of a training that still runs."""
    ends = world.company.ends_on
    closed = _Story(world, CLOSED, working_day_before(ends, 24), 12, Occasion.DAILY_WORK)
    closed.plan(closes_after=15)
    running = _Story(world, RUNNING, working_day_before(ends, 2), 16, Occasion.TRAINING)
    running.plan(closes_after=None)


@dataclass
class _Story:
    world: World
    people: Mapping[str, tuple[tuple[float, ...], int]]
    opens_on: date
    days: int
    occasion: Occasion
    round_id: int = 0

    def plan(self, *, closes_after: int | None) -> None:
        """Plan the steps of one round, each on its day."""
        opened = at(self.opens_on, 9, 20)
        self.world.plan(opened, self.open)
        self.world.plan(opened + timedelta(hours=5), self.answer_some)
        if closes_after is not None:
            self.world.plan(at(self.opens_on + timedelta(days=6), 16, 10), self.answer_rest)
            self.world.plan(at(self.opens_on + timedelta(days=closes_after), 10, 5), self.close)

    def open(self, session: Session) -> None:
        """Let the head open the round, put people in and choose who rates."""
        head = self.world.viewer("head")
        today = clock.today()
        plan = Plan(
            self.occasion,
            TRAINING if self.occasion is Occasion.TRAINING else "",
            today - timedelta(days=60 if self.occasion is Occasion.DAILY_WORK else 10),
            today - timedelta(days=1),
            today + timedelta(days=self.days),
        )
        department = session.get_one(Department, self.world.department_ids["CR"])
        found = rounds.open_round(session, head, department, plan, asks_self=True)
        known = {self._id(name): name for name in self.people if name in self.world.members}
        rounds.add_people(session, found, head, known)
        self.round_id = found.id
        for each in found.assessments:
            self._choose(session, each, known[each.employee_id])

    def answer_some(self, session: Session) -> None:
        """Let the quick ones answer, but for one customer."""
        self._answer(session, slow=SLOW)

    def answer_rest(self, session: Session) -> None:
        """Let the others answer after a reminder."""
        self._answer(session, slow=frozenset())

    def close(self, session: Session) -> None:
        """Let the head close the round: results are out."""
        found = session.get_one(BehaviorRound, self.round_id)
        head = self.world.viewer("head")
        rounds.close_round(session, found, head, expected_version=found.version)

    def _choose(self, session: Session, assessment: BehaviorAssessment, name: str) -> None:
        head = self.world.viewer("head")
        others = [
            each.username
            for each in self.world.company.people
            if each.department.startswith("CR") and not each.is_account
        ]
        present = [each for each in (*COLLEAGUES, *others) if each in self.world.members]
        ids = [self._id(each) for each in present if each != name]
        ids = [each for each in ids if each != assessment.employee.manager_id]
        raters.choose_colleagues(session, assessment, head, ids[:MOST_COLLEAGUES])
        emails = [
            f"buyer{assessment.id}{number}@client.example" for number in range(self.people[name][1])
        ]
        raters.invite_customers(session, assessment, head, emails)

    def _answer(self, session: Session, *, slow: frozenset[str]) -> None:
        found = session.get_one(BehaviorRound, self.round_id)
        for assessment in found.assessments:
            profile = self.people[assessment.employee.username][0]
            late = assessment.raters[-1].id if slow else 0  # a customer
            for rater in assessment.raters:
                name = rater.employee.username if rater.employee else ""
                if rater.may_answer and name not in slow and rater.id != late:
                    self._hand_in(session, rater, profile)

    def _hand_in(self, session: Session, rater: BehaviorRater, profile: Sequence[float]) -> None:
        rng = self.world.rng(f"behavior:{rater.id}")
        sheet = _sheet(rng, rater.id, rater.group, profile)
        if rater.group is Group.CUSTOMER:
            rating.submit_by_key(session, str(rater.key_digest), sheet)
            return
        name = rater.employee.username if rater.employee else ""
        viewer = self.world.viewer(name) if name in self.world.members else SYSTEM
        rating.submit_rating(session, rater, viewer, sheet, expected_version=rater.version)

    def _id(self, username: str) -> int:
        return self.world.members[username].employee_id


def _sheet(rng: Random, number: int, group: Group, profile: Sequence[float]) -> Sheet:
    """Return what somebody gives: near the profile, higher of oneself, with a word or two.

    Raters with neighboring numbers do not use the same words.
    """
    lift = 0.7 if group is Group.SELF else 0.0
    levels: dict[str, int | None] = {
        area: min(TOP, max(0, round(rng.gauss(middle + lift, 0.5))))
        for area, middle in zip(AREAS, profile, strict=True)
    }
    if group is Group.CUSTOMER:
        words = CUSTOMER_WORDS[number % len(CUSTOMER_WORDS)] if rng.random() < 0.5 else ""
        return Sheet(levels, {}, words)
    if group is Group.COLLEAGUE and rng.random() < 0.25:
        levels[rng.choice(AREAS)] = None
    comments = {
        area: REMARKS[area][number % len(REMARKS[area])]
        for area in AREAS
        if levels[area] is not None and rng.random() < 0.4 and group is not Group.SELF
    }
    return Sheet(levels, comments, WHOLE[number % len(WHOLE)] if rng.random() < 0.3 else "")
