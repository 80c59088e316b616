"""A draft of a common question from an answer that somebody was given."""

from datetime import timedelta

from sqlalchemy.orm import Session

from training_platform.assessment.disputes.models import Dispute
from training_platform.core import clock
from training_platform.core.i18n import pick
from training_platform.core.permissions import Person
from training_platform.library.rules import Sort, path_of
from training_platform.mentoring.models import PracticeQuestion
from training_platform.studio.library import values
from training_platform.studio.models import StudioDraft
from training_platform.studio.patching import patched
from training_platform.studio.services import drafts
from training_platform.studio.skeletons import SKELETONS

#: Answers are looked at again after so long, unless the author says otherwise.
GOOD_FOR = timedelta(days=365)


def draft_of_answer(session: Session, actor: Person, question: PracticeQuestion) -> StudioDraft:
    """Return the draft of a common question that this answer became; begin it if there is none.

    Raises RuleError where it was published already.
    """
    return _begun(session, actor, f"answer-{question.id}", question.text, question.answer or "")


def draft_of_ruling(session: Session, actor: Person, dispute: Dispute) -> StudioDraft:
    """Return the draft of a common question that a ruling became; begin it if there is none.

    It asks what was disputed, in the trainee's words where she gave any, and answers with the
    reason of the ruling. Raises RuleError where it was published already.
    """
    asked = dispute.text.strip() or pick(dispute.check_title)
    return _begun(session, actor, f"ruling-{dispute.id}", asked, dispute.reason or "")


def _begun(session: Session, actor: Person, slug: str, asked: str, answer: str) -> StudioDraft:
    if found := drafts.find_open(session, Sort.FAQ.value, slug):
        return found
    day = (clock.today() + GOOD_FOR).isoformat()
    value = values.of_answer(slug, asked, answer, day)
    ((path, text),) = SKELETONS[Sort.FAQ.value](slug).items()
    assert path == path_of(Sort.FAQ, slug)  # noqa: S101  # one place says where files lie
    files = {path: patched(text, value, values.ORDER).encode()}
    return drafts.create_from_files(session, actor, Sort.FAQ.value, slug, files)
