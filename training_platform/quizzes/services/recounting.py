"""The statistics of a question after a decision about it: they count what holds now."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from training_platform.assessment.services import MarkedAnswer, recount_wrong
from training_platform.content.queries import revisions_data
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes.regrading import marked
from training_platform.quizzes.result_models import QuizRegrade


def recount(session: Session, regrade: QuizRegrade) -> None:
    """Count anew how many answers to a question are wrong by the decisions that are in force.

    In the transaction in which a regrade is done with, so that it happens once and as a whole.
    """
    recount_wrong(session, regrade.question_id, regrade.revision_ids, _answers(session, regrade))


def _answers(session: Session, regrade: QuizRegrade) -> Iterator[MarkedAnswer]:
    """Yield every submitted answer, read when the first is asked for: the counts are held by then.

    Points that disputes gave do not count, nor does a pass that stayed: they are about one person.
    """
    in_force = queries.corrections_in_force(session, [regrade.question_id])
    known = revisions_data(session, regrade.revision_ids)
    for row in queries.answers_to(session, regrade):
        for place, mark in zip(row.layout, row.marks, strict=True):
            revision = place["revision"]
            if revision in known and place["question"] == regrade.question_id:
                by = in_force.get(revision, ())
                result = marked(place, mark["answer"], known[revision], by)
                yield MarkedAnswer(regrade.question_id, revision, result)
