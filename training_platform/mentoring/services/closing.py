"""The end of a practice: the closing report, its return, the sign-off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import lock
from training_platform.core.errors import ConflictError, RuleError
from training_platform.core.limits import limited, required
from training_platform.core.permissions import Person
from training_platform.core.text import fold
from training_platform.mentoring import queries
from training_platform.mentoring.models import Practice, PracticeReport
from training_platform.mentoring.permissions import roles_of
from training_platform.mentoring.rules import LONGEST_LINE, Act, Verdict, next_state, result_of
from training_platform.mentoring.services.base import step, tell
from training_platform.people.queries import heads_of
from training_platform.records import services as records
from training_platform.records.rules import Kind


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Texts:
    """The four parts of a closing report."""

    done: str
    results: str
    learned: str
    recommended: str

    def parts(self) -> dict[str, str]:
        """Return the parts by their names."""
        return dict(vars(self))


@dataclass(frozen=True)
class Assessed:
    """What the mentor says of one goal."""

    verdict: Verdict
    remark: str


def save_report(
    session: Session, practice: Practice, actor: Person, texts: Texts, *, expected_version: int
) -> PracticeReport:
    """Keep the draft of the closing report; expected_version is 0 before there is one.

    Raises ConflictError where it was saved elsewhere meanwhile, InvalidTransitionError once it is
    handed in, NotPermittedError for others.
    """
    practice = lock(session, Practice, practice.id)
    next_state(practice.state, Act.WRITE_REPORT, roles_of(actor, practice))
    report = session.get(PracticeReport, practice.id)
    if (report.version if report else 0) != expected_version:
        raise ConflictError(practice)
    now = clock.now()
    if report is None:
        report = PracticeReport(practice_id=practice.id, saved_at=now)
        session.add(report)
    for name, text in texts.parts().items():
        setattr(report, name, limited(text, name))
    report.saved_at = now
    report.search_text = fold(" ".join([practice.title, practice.about, *texts.parts().values()]))
    session.flush()
    return report


def hand_in_report(
    session: Session, practice: Practice, actor: Person, texts: Texts, *, expected_version: int
) -> None:
    """Save the closing report and hand it in to the mentor; every part must be written.

    expected_version is the report's. Raises what save_report() raises, and RuleError.
    """
    save_report(session, practice, actor, texts, expected_version=expected_version)
    for name, text in texts.parts().items():
        required(text, name)
    parts: dict[str, Any] = texts.parts()
    step(session, practice, actor, Act.HAND_IN, **parts)
    practice.handed_in_at = clock.now()
    tell(
        session,
        practice.mentor_id,
        "practice_handed_in",
        practice,
        f"handed_in:{practice.version}",
        page="/report",
    )


def return_report(
    session: Session, practice: Practice, actor: Person, reason: str, *, expected_version: int
) -> None:
    """Give the report back to the trainee, with what is missing; the practice goes on."""
    why = required(reason, "reason")
    step(session, practice, actor, Act.RETURN, expected_version=expected_version, reason=why)
    practice.handed_in_at = None
    tell(
        session,
        practice.trainee_id,
        "practice_returned",
        practice,
        f"returned:{practice.version}",
        page="/report",
        reason=why,
    )


def sign_off(
    session: Session,
    practice: Practice,
    actor: Person,
    goals: Mapping[int, Assessed],
    remark: str,
    *,
    expected_version: int,
) -> None:
    """Assess each goal by its id and end the practice: it stands in the training record.

    Raises RuleError where a goal is left out or has no sentence, and what step() raises.
    """
    step(session, practice, actor, Act.SIGN_OFF, expected_version=expected_version)
    for goal in practice.goals:
        assessed = goals.get(goal.id)
        if assessed is None:
            raise RuleError(_("Say of every goal how far it was reached."), field=f"goal_{goal.id}")
        goal.verdict = assessed.verdict
        goal.remark = required(assessed.remark, f"remark_{goal.id}", most=LONGEST_LINE)
    practice.verdict = result_of(goal.verdict for goal in practice.goals if goal.verdict)
    practice.remark = limited(remark, "remark")
    practice.closed_at = clock.now()
    session.flush()
    _announce(session, practice)


def _announce(session: Session, practice: Practice) -> None:
    assert practice.verdict is not None  # noqa: S101  # sign_off() has just set it
    records.append(
        session,
        practice.trainee_id,
        Kind.PRACTICE_COMPLETED,
        f"practice-{practice.id}",
        source=f"mentoring:{practice.id}",
        title={"zh": practice.title, "en": practice.title},
        outcome=practice.verdict.value,
        minutes=queries.minutes_of(session, practice.id),
        mentor=practice.mentor.name,
        href=f"/practice-work/{practice.id}",
    )
    tell(
        session, practice.trainee_id, "practice_signed_off", practice, "signed_off", page="/report"
    )
    heads = heads_of(session, practice.trainee.department.path)
    for each in {*heads} - {practice.trainee_id, practice.mentor_id}:
        tell(session, each, "practice_completed", practice, f"completed:{each}", page="/report")
