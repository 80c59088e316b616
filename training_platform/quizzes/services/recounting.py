"""The statistics of a question after a decision about it: they count what holds now.

Of twenty thousand attempts that takes seconds, in which nobody else could write. So most are
counted before, some at a time and without the lock; with it, only those that came since.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from training_platform.assessment.services import (
    MarkedAnswer,
    Tally,
    recount_wrong,
    wrong_among,
)
from training_platform.content.queries import revisions_data
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes.regrading import marked
from training_platform.quizzes.result_models import QuizRegrade

#: So many attempts are counted at once.
CHUNK = 200


@dataclass
class Counted:
    """What was counted before: in which attempts, to which texts, and how many were wrong.

    Answers never change, nor does what holds of a question while a decision is carried out.
    """

    revision_ids: Sequence[int] = ()
    attempt_ids: set[int] = field(default_factory=set)
    wrong: Tally = field(default_factory=Counter)

    def fits(self, regrade: QuizRegrade) -> bool:
        """Tell whether a regrade is still about the texts that were looked at."""
        return list(self.revision_ids) == list(regrade.revision_ids)


def count_ahead(session: Session, regrade: QuizRegrade, counted: Counted, after: int) -> int:
    """Count the next answers to a question; return the last attempt, 0 where none is left."""
    chosen = queries.answered_ids(session, regrade, after, CHUNK)
    if not chosen:
        return 0
    counted.wrong += wrong_among(_answers(session, regrade, chosen))
    counted.attempt_ids.update(chosen)
    return chosen[-1]


def recount(session: Session, regrade: QuizRegrade, counted: Counted) -> None:
    """Count anew how many answers to a question are wrong by the decisions that are in force.

    In the transaction in which a regrade is done with, so that it happens once and as a whole.
    """
    known = counted if counted.fits(regrade) else Counted()
    rest = _rest(session, regrade, known)
    recount_wrong(session, regrade.question_id, regrade.revision_ids, rest, known.wrong)


def _rest(session: Session, regrade: QuizRegrade, counted: Counted) -> Iterator[MarkedAnswer]:
    """Yield the answers that were not counted, looked up when the first is asked for."""
    left = sorted(set(queries.answered_ids(session, regrade)) - counted.attempt_ids)
    for start in range(0, len(left), CHUNK):
        yield from _answers(session, regrade, left[start : start + CHUNK])


def _answers(
    session: Session, regrade: QuizRegrade, attempt_ids: Sequence[int]
) -> Iterator[MarkedAnswer]:
    """Yield the submitted answers of some attempts.

    Points that disputes gave do not count, nor does a pass that stayed: they are about one person.
    """
    in_force = queries.corrections_in_force(session, [regrade.question_id])
    known = revisions_data(session, regrade.revision_ids)
    for row in queries.answers_in(session, attempt_ids):
        for place, mark in zip(row.layout, row.marks, strict=True):
            revision = place["revision"]
            if revision in known and place["question"] == regrade.question_id:
                by = in_force.get(revision, ())
                result = marked(place, mark["answer"], known[revision], by)
                yield MarkedAnswer(regrade.question_id, revision, result)
