"""External training in the demo company: applications in all states, budgets, a library."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.world import World
from training_platform.external_training import services
from training_platform.external_training.models import ExternalTrainingApplication
from training_platform.external_training.rules import Decision, FilePurpose, Kind
from training_platform.external_training.services import (
    Attendance,
    ProviderData,
    Report,
    Start,
    Upload,
    Verdict,
)

HR, LEADER = "hr", "leader"
PROOF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PROVIDERS = (
    ProviderData("上海数聚培训中心", about="客户数据分析、Excel 与可视化，线下小班授课。"),
    ProviderData("华东客户管理学院", about="客户关系、服务设计与大客户经营，常年开班。"),
    ProviderData("云课堂在线", about="沟通与投诉处理方面的线上讲座，按场次报名。"),
)
BUDGETS = (("CR", "60000.00"), ("MK", "30000.00"), ("IT", "20000.00"))


@dataclass(frozen=True)
class Story:
    """One application; days are counted back from the last day, below zero lie ahead."""

    owner: str
    head: str
    title: str
    kind: Kind
    provider: int
    sent: int
    begins: int
    fee: str
    reason: str
    use: str
    #: How far it goes: draft, sent, returned, head, approved, refused, attended, due, closed.
    until: str


STORIES = (
    Story("specialist", "head", "客户数据分析实战班", Kind.COURSE, 0, 60, 48, "3800.00",
          "月报靠手工汇总，常常晚两天。", "用透视表重做月报，并教会小组同事。", "closed"),
    Story("manager", "head", "大客户经营研讨会", Kind.SEMINAR, 1, 60, 46, "5200.00",
          "今年三家重点客户续约，需要新的经营思路。", "为三家客户各写一份经营计划。", "closed"),
    Story("specialist2", "head", "投诉沟通线上讲座", Kind.LECTURE, 2, 10, 6, "299.00",
          "上季度投诉中有四成与沟通有关。", "整理十条常用说法，给本组使用。", "due"),
    Story("supervisor", "head", "客服团队管理课程", Kind.COURSE, 1, 20, 6, "4600.00",
          "刚开始带组，排班和反馈都缺方法。", "按课程方法做一次月度反馈。", "attended"),
    Story("specialist", "head", "可视化图表入门", Kind.COURSE, 0, 9, -18, "1600.00",
          "给领导的图表不够清楚。", "重做两张周报图表。", "head"),
    Story("manager", "head", "客户流失预警讲座", Kind.LECTURE, 2, 4, -12, "599.00",
          "流失客户发现得太晚。", "在客户名单里加上预警标记。", "sent"),
    Story("specialist2", "head", "商务写作课程", Kind.COURSE, 1, 8, -25, "1200.00",
          "邮件写得太长。", "修改三份常用模板。", "returned"),
    Story("mentor", "head", "导师带教工作坊", Kind.SEMINAR, 1, 30, -10, "2800.00",
          "今年要带三名新人。", "把带教计划写成模板。", "approved"),
    Story("head2", "leader", "品牌传播年会", Kind.SEMINAR, 1, 6, -30, "6800.00",
          "了解明年的传播方向。", "回来后修订年度计划。", "sent"),
    Story("supervisor", "head", "海外参访团", Kind.SEMINAR, 1, 40, 20, "28000.00",
          "学习国外同行的做法。", "写一份对比报告。", "refused"),
    Story("specialist", "head", "电话沟通技巧", Kind.COURSE, 2, 2, -40, "800.00",
          "", "", "draft"),
)  # fmt: skip
REPORT = Report(
    learned="先问清用途再动手；数据先去重，再汇总；一张图只说一件事。",
    use_at_work="月报改为自动汇总，从本月起每月 3 日前完成。",
    recommendation="适合每周要出报表的同事；去之前先把自己的报表带上。",
    provider_rating=4,
    course_rating=5,
)


def plan_external_training(world: World) -> None:
    """Plan budgets, providers and one application for each state."""
    office = _Office(world)
    first = working_day_before(world.company.ends_on - timedelta(days=90), 0)
    world.plan(at(max(first, world.company.began_on + timedelta(days=20)), 9, 0), office.open)
    for story in STORIES:
        _Told(world, office, story).plan()


class _Office:
    """What HR set up before the first application."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.provider_ids: list[int] = []

    def open(self, session: Session) -> None:
        hr = self.world.viewer(HR)
        for data in PROVIDERS:
            self.provider_ids.append(services.save_provider(session, hr, data).id)
        year = self.world.company.ends_on.year
        for code, amount in BUDGETS:
            for each in sorted({clock.today().year, year, year + 1}):
                services.grant(
                    session,
                    hr,
                    self.world.department_ids[code],
                    each,
                    amount=Decimal(amount),
                    reason="年度预算",
                )


class _Told:
    """How one story goes while it is lived."""

    def __init__(self, world: World, office: _Office, story: Story) -> None:
        self.world, self.office, self.story = world, office, story
        self.ident = 0

    def plan(self) -> None:
        """Plan what happens, each act on its day."""
        story = self.story
        last = self.world.company.ends_on
        sent = working_day_before(last - timedelta(days=story.sent), 0)
        self._on(sent, 9, self.apply)
        decision = {"returned": Decision.RETURNED, "refused": Decision.REFUSED}.get(story.until)
        if story.until in {"draft", "sent"}:
            return
        by_head = partial(self.decide, story.head, decision or Decision.APPROVED)
        self._on(sent, 14, by_head)
        if decision or story.until == "head":
            return
        self._on(sent + timedelta(days=1), 10, partial(self.decide, LEADER, Decision.APPROVED))
        if story.until == "approved":
            return
        ended = last - timedelta(days=story.begins - 2)
        self._on(ended, 18, self.attend)
        if story.until == "attended":
            return
        self._on(ended + timedelta(days=2), 10, self.confirm)
        if story.until == "due":
            return
        self._on(ended + timedelta(days=6), 16, self.report)
        self._on(ended + timedelta(days=7), 11, self.close)

    def _on(self, day: date, hour: int, act: Callable[[Session], None]) -> None:
        self.world.plan(at(day, hour, 20), partial(self._if_there, act))

    def _if_there(self, act: Callable[[Session], None], session: Session) -> None:
        """Do it if everybody has joined by then: a short history has people who came later."""
        known = self.world.members
        if self.office.provider_ids and {self.story.owner, self.story.head} <= {*known}:
            act(session)

    def made(self, session: Session) -> ExternalTrainingApplication:
        return session.get_one(ExternalTrainingApplication, self.ident)

    def apply(self, session: Session) -> None:
        story, viewer = self.story, self.world.viewer(self.story.owner)
        made = services.begin_application(session, viewer, Start(story.title, story.kind))
        self.ident = made.id
        starts_on = self.world.company.ends_on - timedelta(days=story.begins)
        values = {
            "content": f"{story.title}：案例讲解、分组练习与答疑。",
            "provider_id": self.office.provider_ids[story.provider],
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=1),
            "minutes": 720,
            "place": "上海",
            "fee_amount": Decimal(story.fee),
            "travel_amount": Decimal("320.00"),
            "lodging_amount": Decimal("0.00"),
            "reason": story.reason,
            "use_plan": story.use,
            "cover": "由同组同事代班",
        }
        services.save_draft(session, made, viewer, values, expected_version=made.version)
        if story.until != "draft":
            services.submit_application(session, made, viewer, expected_version=made.version)

    def decide(self, by: str, decision: Decision, session: Session) -> None:
        made = self.made(session) if self.ident else None
        if made is None or made.waiting_step is None:
            return
        notes = {
            Decision.RETURNED: "请写清楚回来后由谁学会、什么时候分享。",
            Decision.REFUSED: "费用超出今年的预算，请先参加国内课程。",
        }
        verdict = Verdict(decision, notes.get(decision, ""))
        services.decide(
            session, made, self.world.viewer(by), verdict, expected_version=made.version
        )

    def attend(self, session: Session) -> None:
        if not self.ident:
            return
        made, viewer = self.made(session), self.world.viewer(self.story.owner)
        proof = Upload("参训证明.pdf", "application/pdf", PROOF, FilePurpose.PROOF)
        services.add_file(session, made, viewer, proof)
        was = Attendance(720, made.fee_amount, Decimal("298.50"), Decimal("0.00"))
        services.attend(session, made, viewer, was, expected_version=made.version)

    def confirm(self, session: Session) -> None:
        if self.ident:
            made, head = self.made(session), self.world.viewer(self.story.head)
            services.confirm_attendance(session, made, head, expected_version=made.version)

    def report(self, session: Session) -> None:
        if self.ident:
            made, viewer = self.made(session), self.world.viewer(self.story.owner)
            rated = replace(REPORT, course_rating=5 if self.story.owner == "specialist" else 4)
            services.hand_in_report(session, made, viewer, rated, expected_version=0)

    def close(self, session: Session) -> None:
        if self.ident:
            made, head = self.made(session), self.world.viewer(self.story.head)
            services.close(session, made, head, expected_version=made.version)
