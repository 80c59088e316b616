"""A draft of a common question from an answer that somebody was given."""

from datetime import timedelta

from sqlalchemy.orm import Session

from training_platform.assessment.disputes.models import Dispute
from training_platform.core import clock
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.library.rules import Sort, path_of
from training_platform.mentoring.models import Practice, PracticeQuestion
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
    return _begun(session, actor, slug_of_answer(question), question.text, question.answer or "")


def propose_answer(
    session: Session, mentor: Person, practice: Practice, question: PracticeQuestion
) -> StudioDraft:
    """Put an answer before those who write: a mentor gave it, and is no trainer herself.

    Raises RuleError where it was published already.
    """
    authorize(mentor, practice, Permission.MENTORING_GUIDE)
    slug = slug_of_answer(question)
    if found := drafts.find_open(session, Sort.FAQ.value, slug):
        return found
    files = _files(slug, question.text, question.answer or "")
    return drafts.propose_from_files(session, mentor, Sort.FAQ.value, slug, files)


def slug_of_answer(question: PracticeQuestion) -> str:
    """Return the id of the common question that an answer becomes."""
    return f"answer-{question.id}"


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
    files = _files(slug, asked, answer)
    return drafts.create_from_files(session, actor, Sort.FAQ.value, slug, files)


def _files(slug: str, asked: str, answer: str) -> dict[str, bytes]:
    day = (clock.today() + GOOD_FOR).isoformat()
    value = values.of_answer(slug, asked, answer, day)
    ((path, text),) = SKELETONS[Sort.FAQ.value](slug).items()
    assert path == path_of(Sort.FAQ, slug)  # noqa: S101  # one place says where files lie
    return {path: patched(text, value, values.ORDER).encode()}
