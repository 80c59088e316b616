"""What the form of a paper offers, and the questions that its draws may find; no writes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from training_platform.assessment.models import FailLadder, Question, QuestionSkill
from training_platform.assessment.presentation import QuestionView, make_order, public_view
from training_platform.assessment.queries import QuestionFilter, questions_by_wrong_rate, topics
from training_platform.assessment.rules import DEFAULT_LADDER
from training_platform.assessment.services import default_ladder
from training_platform.content.queries import revisions_data
from training_platform.core.i18n import language, pick
from training_platform.curricula.models import Course
from training_platform.people.models import Competency
from training_platform.quizzes.draw import Candidate, draw

#: So many questions does a search offer at once.
MOST_FOUND = 12


@dataclass(frozen=True)
class Shown:
    """One question of a sample, as a trainee would see it."""

    view: QuestionView
    points: int
    question_id: str


def bank(session: Session, sections: Sequence[Mapping[str, Any]]) -> list[Candidate]:
    """Return the published questions that drawable() sections may ask for."""
    wanted = _wanted(sections)
    if wanted is None:
        return []
    rows = session.execute(
        select(Question.id, Question.topic, Question.difficulty).where(Question.id.in_(wanted))
    ).all()
    skills: dict[str, set[str]] = defaultdict(set)
    for row in session.execute(
        select(QuestionSkill.question_id, QuestionSkill.competency_id).where(
            QuestionSkill.question_id.in_(wanted)
        )
    ):
        skills[row.question_id].add(row.competency_id)
    return [Candidate(row.id, row.topic, row.difficulty, frozenset(skills[row.id])) for row in rows]


def _wanted(sections: Sequence[Mapping[str, Any]]) -> Select[str] | None:
    draws = [each["draw"] for each in sections if "draw" in each]
    fixed = {ident for each in sections for ident in each.get("questions") or ()}
    named = {each["topic"] for each in draws if each.get("topic")}
    skills = {skill for each in draws if not each.get("topic") for skill in each["skills"]}
    ways = []
    if fixed:
        ways.append(Question.id.in_(fixed))
    if named:
        ways.append(Question.topic.in_(named))
    if skills:
        by_skill = select(QuestionSkill.question_id).where(QuestionSkill.competency_id.in_(skills))
        ways.append(Question.id.in_(by_skill))
    return select(Question.id).where(Question.is_withdrawn.is_(False), or_(*ways)) if ways else None


def questions_named(session: Session, idents: Iterable[str]) -> dict[str, Question]:
    """Return questions by their ids, those out of use too; unknown ones are left out."""
    rows = session.scalars(select(Question).where(Question.id.in_(set(idents))))
    return {row.id: row for row in rows}


def find_questions(session: Session, text: str, without: Iterable[str]) -> list[Any]:
    """Return the first questions in use that hold all words of a text, most often wrong first."""
    statement = questions_by_wrong_rate(QuestionFilter(text=text)).where(
        Question.is_withdrawn.is_(False), Question.id.not_in(set(without))
    )
    return list(session.execute(statement.limit(MOST_FOUND)))


def choices(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Return what the form's lists offer, as values and texts."""
    counted = select(Question.topic, func.count()).where(Question.is_withdrawn.is_(False))
    counts = {row[0]: row[1] for row in session.execute(counted.group_by(Question.topic))}
    courses = session.execute(select(Course.id, Course.title).where(Course.is_withdrawn.is_(False)))
    named = {row.id: pick(row.title) for row in courses}
    ladders = {each.id: pick(each.name) for each in session.scalars(select(FailLadder))}
    ladders.setdefault(DEFAULT_LADDER, pick(default_ladder().name))
    skills = session.execute(select(Competency.id, Competency.name).order_by(Competency.position))
    return {
        "courses": sorted(named.items()),
        "topics": [
            (each, f"{named.get(each, each)} ({counts.get(each, 0)})") for each in topics(session)
        ],
        "skills": [(row.id, pick(row.name)) for row in skills],
        "ladders": sorted(ladders.items()),
    }


def sample(session: Session, sections: Sequence[Mapping[str, Any]], chance: Random) -> list[Shown]:
    """Return what one trainee might get, drawn as a real attempt is; nothing is kept."""
    drawn = draw(
        [each for each in sections if "draw" in each or "questions" in each],
        bank(session, sections),
        (),
        chance,
    )
    questions = questions_named(session, (each.question_id for each in drawn))
    data = revisions_data(session, {each.revision_id for each in questions.values()})
    found = []
    for each in drawn:
        definition = data[questions[each.question_id].revision_id]
        view = public_view(definition, make_order(definition, chance), language())
        found.append(Shown(view, each.points, each.question_id))
    return found
