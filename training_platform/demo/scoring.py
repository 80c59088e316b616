"""Texts that people score: one is scored, one is begun, one waits for whoever has time."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.rubrics import services
from training_platform.assessment.rubrics.models import Scoring
from training_platform.assessment.rubrics.services import Sheet
from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.funnel import is_dataset_there, sit
from training_platform.demo.world import World

RATER = "trainer"
GOOD = (
    "流失最多的一步，多半是没有问清预算和决策人就往下走：近三个月的丢单原因里，“没有下文”占了一半。"
    "从下周一起，商机离开这一步之前，负责人要记下预算、决策人和上线时间；组长每周五抽查五条。"
    "一个季度后这一步的流失率应降五个百分点，降不到就换做法。"
)
FAIR = "可能是跟进太慢。要求大家两天内联系客户，主管每月看一次，有问题及时沟通。"
THIN = "加强跟进，提高转化率。"


def plan_scoring(world: World) -> None:
    """Plan who hands in a text, and how far its scoring has come."""
    own: tuple[tuple[int, int, str, Callable[[Session], None]], ...] = (
        (8, 10, "specialist2", sit(world, "specialist2", GOOD)),
        (7, 15, "specialist2", partial(_score, world, "specialist2")),
        (3, 11, "head2", sit(world, "head2", FAIR, loss_second=("second", "of_all"))),
        (2, 9, "head2", partial(_begin, world, "head2")),
        (1, 14, "leader", sit(world, "leader", THIN)),
    )
    for back, hour, username, act in own:
        day = working_day_before(world.company.ends_on, back)
        world.plan(at(day, hour, 40), partial(_guarded, world, username, act))


def _guarded(world: World, username: str, act: Callable[[Session], None], session: Session) -> None:
    """Act where everybody concerned was hired, and the sandbox has its dataset."""
    if world.members.keys() >= {username, RATER} and is_dataset_there(session):
        act(session)


def _score(world: World, username: str, session: Session) -> None:
    rater, scoring = world.viewer(RATER), _scoring(world, username, session)
    rating = services.claim(session, scoring.id, rater)
    top = {each.id: each.top_level for each in services.criteria(session, scoring)}
    levels = {name: max(0, level - 1) for name, level in top.items()}
    sheet = Sheet(levels, {"actions": "步骤清楚。再写上谁来提醒抽查。"}, "数据用得好，照这样做。")
    services.submit_rating(session, scoring.id, rater, sheet, expected_version=rating.version)


def _begin(world: World, username: str, session: Session) -> None:
    rater, scoring = world.viewer(RATER), _scoring(world, username, session)
    rating = services.claim(session, scoring.id, rater)
    sheet = Sheet({"aim": 1}, {"aim": "说了原因，没有数据。"})
    services.save_draft(session, scoring.id, rater, sheet, expected_version=rating.version)


def _scoring(world: World, username: str, session: Session) -> Scoring:
    employee_id = world.members[username].employee_id
    return session.scalars(
        select(Scoring).where(Scoring.employee_id == employee_id).order_by(Scoring.id.desc())
    ).one()
