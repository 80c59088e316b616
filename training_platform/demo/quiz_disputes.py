"""A quiz question that could be read in two ways: disputed, voided, every attempt graded again.

Beside it one dispute that was rejected, and one that waits for its decision.
"""

from collections.abc import Callable
from datetime import timedelta

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
from training_platform.assessment.keys import Fix
from training_platform.assessment.models import Question
from training_platform.assessment.regrading import RegradeState
from training_platform.core import clock
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.disputes import PEOPLE
from training_platform.demo.world import World
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.quizzes.disputing import disputed
from training_platform.quizzes.models import Attempt, AttemptState, Paper
from training_platform.quizzes.result_models import QuizRegrade
from training_platform.quizzes.services import regrading
from training_platform.quizzes.services.regrading import Proposal

#: Whose results are described elsewhere: nobody of them disputes, and what they had stays.
KEPT = PEOPLE | {"specialist2", "newcomer"}
#: Within so many days before a dispute the quiz was taken.
RECENT = timedelta(days=12)
UNCLEAR = "题干可以有两种读法，我按另一种读法作答，同组两位同事也是这样理解的。"
VOIDED = "题干确有两种读法，答案因此不同。本题作废，所有答过的人得满分；题目会重写。"
#: What is claimed, so many working days before the present; then the ruling, a day later.
OTHERS = (
    (
        4,
        Claim(Ground.ANOTHER_WAY, "我们组一直这样处理，客户也认可。"),
        Ruling(Verdict.REJECT, "做法可以理解，但课程写明了公司的统一要求，本题按统一要求评分。"),
    ),
    (1, Claim(Ground.UNCLEAR, "题干没有说明适用哪种情形，选项因此不止一个说得通。"), None),
)


class QuizDisputes:
    """Plans the story; everything in it goes through the services."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._disputes: dict[int, int] = {}

    def plan(self) -> None:
        """Plan what is disputed, what is decided, and what follows."""
        self._on(12, 10, self._dispute(12, Claim(Ground.UNCLEAR, UNCLEAR)))
        self._on(11, 9, self._decide(12, Ruling(Verdict.CHECK, VOIDED)))
        self._on(11, 10, self._plan_regrade)
        self._on(10, 9, self._apply)
        for back, claim, ruling in OTHERS:
            self._on(back, 16, self._dispute(back, claim))
            if ruling is not None:
                self._on(back - 1, 10, self._decide(back, ruling))

    def _on(self, back: int, hour: int, act: Callable[[Session], None]) -> None:
        day = working_day_before(self.world.company.ends_on, back)
        self.world.plan(at(day, hour, 24), act)

    def _dispute(self, story: int, claim: Claim) -> Callable[[Session], None]:
        def dispute(session: Session) -> None:
            known = self._questions_of_kept(session)
            for attempt in self._recent(session):
                lost = [
                    number
                    for number, mark in enumerate(attempt.marks or [], 1)
                    if not mark["points"]
                    and mark["answer"]
                    and attempt.layout[number - 1]["question"] not in known
                ]
                if not lost:
                    continue
                title = session.get_one(Paper, attempt.paper_id).title
                about = disputed(attempt, title, lost[0])
                actor = viewer_of(session, session.get_one(Employee, attempt.employee_id))
                if about is not None:
                    self._disputes[story] = open_dispute(session, about, actor, claim).id
                    return

        return dispute

    def _questions_of_kept(self, session: Session) -> set[str]:
        ids = [self.world.members[name].employee_id for name in KEPT & self.world.members.keys()]
        layouts = session.scalars(select(Attempt.layout).where(Attempt.employee_id.in_(ids)))
        return {place["question"] for layout in layouts for place in layout}

    def _recent(self, session: Session) -> list[Attempt]:
        """Return attempts of the days before, the newest first, one for each person and story."""
        told = {self.world.members[name].employee_id for name in KEPT & self.world.members.keys()}
        told |= {session.get_one(Dispute, each).employee_id for each in self._disputes.values()}
        active = [each.employee_id for each in self.world.members.values() if each.is_active]
        return list(
            session.scalars(
                select(Attempt)
                .where(
                    Attempt.state == AttemptState.SUBMITTED,
                    Attempt.part_of == "",
                    Attempt.submitted_at > clock.now() - RECENT,
                    Attempt.employee_id.in_(set(active) - told),
                )
                .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
                .limit(20)
            )
        )

    def _decide(self, story: int, ruling: Ruling) -> Callable[[Session], None]:
        def decide(session: Session) -> None:
            found = self._found(session, story)
            if found is not None and found.is_open:
                trainer = self.world.viewer("trainer")
                decide_dispute(session, found, trainer, ruling, expected_version=found.version)

        return decide

    def _found(self, session: Session, story: int) -> Dispute | None:
        ident = self._disputes.get(story)
        return None if ident is None else session.get(Dispute, ident)

    def _plan_regrade(self, session: Session) -> None:
        found = self._found(session, 12)
        if found is None:
            return
        attempt = session.get_one(Attempt, found.subject_id)
        place = attempt.layout[int(found.check_key) - 1]
        regrading.plan_regrade(
            session,
            session.get_one(Question, place["question"]),
            self.world.viewer("trainer"),
            Proposal(Fix.VOID, VOIDED, place["revision"], dispute=found),
        )

    def _apply(self, session: Session) -> None:
        found = session.scalars(
            select(QuizRegrade).where(QuizRegrade.state == RegradeState.READY)
        ).first()
        if found is not None:
            trainer = self.world.viewer("trainer")
            regrading.apply_regrade(session, found, trainer, expected_version=found.version)
