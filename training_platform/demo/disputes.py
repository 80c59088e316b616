"""A practical exam whose key was wrong for two days: disputed, corrected, graded again.

Needs the sandbox's dataset; where it is not loaded, nobody in the demo company sits these exams.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import Ground, Verdict
from training_platform.assessment.disputes.services import (
    Claim,
    Ruling,
    decide_dispute,
    open_dispute,
)
from training_platform.content import library as content_library
from training_platform.content.models import ContentItem
from training_platform.content.services import publish_revision
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.funnel import TASK, is_dataset_there, sit
from training_platform.demo.world import World
from training_platform.practicals import disputing, queries
from training_platform.practicals.content_kinds import PracticalKind
from training_platform.practicals.models import Practical, PracticalAttempt
from training_platform.practicals.regrading import RegradeState
from training_platform.practicals.result_models import PracticalRegrade
from training_platform.practicals.services import regrading

#: What stood in the file for two days, and what stands there now.
RIGHT, SLIP = "value: $key.first.dwell", "value: $key.days"
#: Whoever of them was not hired yet in a company that lived shortly: then none of it happens.
PEOPLE = {"supervisor", "manager", "specialist", "head", "mentor", "leader2", "trainer"}
KEY_WAS_WRONG = "标准答案误填成了各阶段天数之和，题目问的是第一个阶段的平均天数。"


class Disputes:
    """Plans the story; everything in it goes through the services."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ends = world.company.ends_on

    def plan(self) -> None:
        """Plan who sits the exam, what is disputed, and what is decided."""
        self._on(22, 9, self._publish(SLIP))
        self._on(20, 10, sit(self.world, "supervisor"))
        self._on(20, 14, sit(self.world, "manager"))
        self._on(20, 15, sit(self.world, "head", dwell=("", "days")))
        claim = Claim(Ground.NOT_SEEN, "题目问的是一个阶段，我按该阶段的历史记录逐条核对过。")
        self._on(19, 9, self._dispute("supervisor", "dwell", claim))
        self._on(18, 11, self._decide("supervisor", Ruling(Verdict.CHECK, KEY_WAS_WRONG)))
        self._on(18, 13, self._publish(RIGHT))
        self._on(18, 14, self._regrade)
        self._on(17, 10, self._apply)
        self._plan_others()

    def _plan_others(self) -> None:
        self._on(6, 10, sit(self.world, "specialist", loss_second=("second", "of_all")))
        self._on(6, 15, sit(self.world, "mentor", reached_second=("second", "next_reached")))
        unclear = Claim(Ground.UNCLEAR, "“流失率”没有写明分母，我按全部商机计算。")
        self._on(5, 9, self._dispute("specialist", "loss_second", unclear))
        technical = Claim(Ground.TECHNICAL, "填写时页面断开，重连后显示的是下一行。")
        self._on(4, 16, self._dispute("mentor", "reached_second", technical))
        reason = "简报第二段写明分母是到达本阶段的商机，课程中也有例题。"
        self._on(3, 10, self._decide("specialist", Ruling(Verdict.REJECT, reason)))
        known = "服务器日志证实当时断线两分钟，补给本题三分之二的分数。"
        self._on(3, 11, self._decide("mentor", Ruling(Verdict.POINTS, known, Decimal(10))))
        self._on(2, 10, sit(self.world, "leader2", loss_first=("first", "of_all")))
        unseen = Claim(Ground.ANOTHER_WAY, "我保留了两位小数，四舍五入后与标准一致。")
        self._on(1, 15, self._dispute("leader2", "loss_first", unseen))

    def _on(self, back: int, hour: int, act: Callable[[Session], None]) -> None:
        day: date = working_day_before(self.ends, back)
        self.world.plan(at(day, hour, 12), self._guarded(act))

    def _guarded(self, act: Callable[[Session], None]) -> Callable[[Session], None]:
        def run(session: Session) -> None:
            if is_dataset_there(session) and self.world.members.keys() >= PEOPLE:
                act(session)

        return run

    def _publish(self, wanted: str) -> Callable[[Session], None]:
        def publish(session: Session) -> None:
            item = session.scalars(
                select(ContentItem).where(ContentItem.kind == "practical", ContentItem.slug == TASK)
            ).one()
            assert item.current is not None  # noqa: S101  # it was published with the library
            other = RIGHT if wanted == SLIP else SLIP
            texts = {
                path: raw.replace(other.encode(), wanted.encode())
                for path, raw in item.current.read_files().items()
            }
            kind = PracticalKind()
            draft = content_library.parse(kind, TASK, texts)
            publish_revision(session, kind, draft, self.world.viewer("trainer"))

        return publish

    def _dispute(self, username: str, check: str, claim: Claim) -> Callable[[Session], None]:
        def dispute(session: Session) -> None:
            attempt = self._attempt(session, username)
            grading = queries.holding_grading(session, attempt)
            about = grading and disputing.disputed(session, attempt, grading, check)
            if about:
                open_dispute(session, about, self.world.viewer(username), claim)

        return dispute

    def _decide(self, username: str, ruling: Ruling) -> Callable[[Session], None]:
        def decide(session: Session) -> None:
            found = session.scalars(
                select(Dispute)
                .where(Dispute.employee_id == self.world.members[username].employee_id)
                .order_by(Dispute.id.desc())
            ).first()
            if found is not None:
                trainer = self.world.viewer("trainer")
                decide_dispute(session, found, trainer, ruling, expected_version=found.version)

        return decide

    def _regrade(self, session: Session) -> None:
        practical = session.get_one(Practical, TASK)
        regrading.plan_regrade(session, practical, self.world.viewer("trainer"), KEY_WAS_WRONG)

    def _apply(self, session: Session) -> None:
        found = session.scalars(
            select(PracticalRegrade).where(PracticalRegrade.state == RegradeState.READY)
        ).first()
        if found is not None:
            trainer = self.world.viewer("trainer")
            regrading.apply_regrade(session, found, trainer, expected_version=found.version)

    def _attempt(self, session: Session, username: str) -> PracticalAttempt:
        return session.scalars(
            select(PracticalAttempt)
            .where(
                PracticalAttempt.employee_id == self.world.members[username].employee_id,
                PracticalAttempt.practical_id == TASK,
            )
            .order_by(PracticalAttempt.id.desc())
        ).one()
