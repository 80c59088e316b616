"""Work in the studio: one thing published after a second look, one waits for it, one is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from training_platform.demo.calendar import at, working_day_before
from training_platform.demo.world import World
from training_platform.people.viewer import Viewer
from training_platform.studio.queries import find_item
from training_platform.studio.rules import ReviewDecision
from training_platform.studio.services import drafts, publishing, reviewing
from training_platform.studio.services.drafts import Edit
from training_platform.studio.services.reviewing import Remark

AUTHOR, COLLEAGUE = "trainer2", "trainer"
COURSE = "customer-data-basics"
LESSON = f"courses/{COURSE}/02-three-kinds-of-data.zh.md"
PASSAGE = "写进对应的地方：身份进表单字段，交易看订单，偏好进标签或跟进记录。"
BETTER = "写进对应的地方：身份写进表单字段；交易不用抄，看订单；偏好写进标签或跟进记录。"
ADDED = "\n把今天接的三通电话各归一次类，说给旁边的同事听。\n"
QUESTION = "customer-data-basics/whose-birthday"
QUESTION_TEXT = """\
id: customer-data-basics/whose-birthday
kind: single_choice
skills: []
difficulty: foundation
stem:
  zh: 客户在电话里顺口说“下周五我生日”。该记在哪里？
  en: ""
explanation:
  zh: 生日是客户自己说的偏好资料，写明日期和来源，用于祝贺，不用于推销。
  en: ""
options:
  - text: {zh: 写进跟进记录，注明日期和来源, en: ""}
    correct: true
  - text: {zh: 写进客户名称后面的括号里, en: ""}
    why: {zh: 名称一改，重复和合并就难查了。, en: ""}
  - text: {zh: 不记，等他再说一次, en: ""}
    why: {zh: 说过一次的事让客户再说一次，就是没有听。, en: ""}
"""
RUBRIC = "listening-in"
RUBRIC_TEXT = """\
id: listening-in
title: {zh: 旁听一通电话, en: Listening in on a call}
summary:
  zh: 带新人旁听时用：只看三件事，当场就能说给他听。
  en: For sitting in with a newcomer; three things to watch, told on the spot.
criteria:
  - id: opening
    title: {zh: 开场, en: Opening}
    weight: 30
    levels:
      - zh: 没有报姓名和公司。
        en: Gives neither name nor company.
      - zh: 报了姓名和公司，没有确认对方方便通话。
        en: Gives both, without asking whether it is a good time.
      - zh: 报了姓名和公司，问了是否方便，说明来意。
        en: Gives both, asks whether it is a good time, and says why the call is made.
  - id: listening
    title: {zh: 倾听, en: Listening}
    weight: 40
    levels:
      - zh: 打断客户，或答非所问。
        en: Interrupts, or answers something else.
      - zh: 等客户说完，但没有复述要点。
        en: Lets the customer finish, without repeating the point.
      - zh: 复述要点，得到客户确认。
        en: Repeats the point, and has it confirmed.
  - id: closing
    title: {zh: 收尾, en: Closing}
    weight: 30
    levels:
      - zh: 没有说下一步。
        en: No next step.
      - zh: 说了下一步，没有时间。
        en: A next step without a time.
      - zh: 说明谁在什么时候做什么，并记录下来。
        en: Says who does what by when, and notes it.
"""


@dataclass(frozen=True)
class Pair:
    """Who writes, and who gives the second look."""

    author: Viewer
    colleague: Viewer


def plan_studio(world: World) -> None:
    """Plan what two trainers write, look at and publish in the last weeks."""
    last = world.company.ends_on
    for back, act in ((24, _publish_rubric), (3, _improve_lesson), (1, _begin_question)):
        day = working_day_before(last - timedelta(days=back), 0)
        world.plan(at(day, 10, 30), partial(_if_there, world, act))


def _if_there(world: World, act: Callable[[Pair, Session], None], session: Session) -> None:
    """Do it if both have joined by then: a short history has people who came later."""
    if {AUTHOR, COLLEAGUE} <= {*world.members}:
        act(Pair(world.viewer(AUTHOR), world.viewer(COLLEAGUE)), session)


def _publish_rubric(pair: Pair, session: Session) -> None:
    files = {f"question_bank/rubrics/{RUBRIC}.yaml": RUBRIC_TEXT.encode()}
    draft = drafts.create_from_files(session, pair.author, "rubric", RUBRIC, files)
    ask, decide = reviewing.ask_review, reviewing.decide_review
    ask(session, draft, pair.author, pair.colleague.id, "三个等级够不够用？")
    decide(session, draft, pair.colleague, ReviewDecision.APPROVED, "够用，很清楚。")
    publishing.publish_drafts(session, [draft], pair.author, "新人旁听时用的评分标准。")


def _improve_lesson(pair: Pair, session: Session) -> None:
    """Begin better words in Chinese; English lags behind, and a colleague is asked to look."""
    if find_item(session, "course", COURSE) is None:
        return
    draft = drafts.start_draft(session, pair.author, "course", COURSE)
    file = draft.file(LESSON)
    if file is None or file.text is None:
        return
    edit = Edit(LESSON, file.text + ADDED, file.number)
    drafts.save_file(session, draft, pair.author, edit)
    remark = Remark(LESSON, "“看订单”前面加上“不用抄”，新人总在抄。", PASSAGE, BETTER)
    reviewing.add_comment(session, draft, pair.colleague, remark)
    question = "结尾加的练习，新人做得来吗？"
    reviewing.ask_review(session, draft, pair.author, pair.colleague.id, question)


def _begin_question(pair: Pair, session: Session) -> None:
    """Begin a question, as yet in Chinese only."""
    path = f"question_bank/questions/{QUESTION}.yaml"
    files = {path: QUESTION_TEXT.encode()}
    drafts.create_from_files(session, pair.colleague, "question", QUESTION, files)
