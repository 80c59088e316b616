"""Applying: nominations, drafts, files, submission, taking back, withdrawing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, files
from training_platform.core.db import expect_version
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.limits import limited, required
from training_platform.core.permissions import Person, Right, is_within
from training_platform.core.text import fold
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    ExternalTrainingFile,
    TrainingProvider,
)
from training_platform.external_training.permissions import roles_of
from training_platform.external_training.rules import (
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_FILES,
    MOST_MINUTES,
    Act,
    FilePurpose,
    Kind,
    State,
    amount_fault,
    days_fault,
    next_state,
)
from training_platform.external_training.services import approving, budget, policy
from training_platform.external_training.services.base import step, tell
from training_platform.people.models import Competency, Employee, EmployeeStatus


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


COSTS = ("fee_amount", "travel_amount", "lodging_amount")
#: What a draft holds, with how long a text may be.
TEXTS = {
    "content": LONGEST_TEXT,
    "place": LONGEST_TITLE,
    "reason": LONGEST_TEXT,
    "use_plan": LONGEST_TEXT,
    "cover": LONGEST_LINE,
}
#: What goes into a copy: all but what was decided and paid.
COPIED = (
    "kind",
    "title",
    "content",
    "provider_id",
    "minutes",
    "place",
    "is_online",
    *COSTS,
    "reason",
    "competency_id",
    "use_plan",
    "cover",
)


@dataclass(frozen=True)
class Start:
    """What an application begins with."""

    title: str
    kind: Kind = Kind.COURSE
    provider_id: int | None = None
    competency_id: str | None = None


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    media_type: str
    data: bytes
    purpose: FilePurpose = FilePurpose.APPLICATION


def begin_application(
    session: Session, actor: Person, start: Start, *, employee_id: int | None = None
) -> ExternalTrainingApplication:
    """Begin a draft of one's own, or nominate somebody of the department that one heads.

    Raises NotPermittedError for people of others, RuleError for what cannot be.
    """
    owner_id = employee_id or actor.id or 0
    is_nomination = owner_id != actor.id
    owner = session.get(Employee, owner_id)
    if owner is None or owner.status is not EmployeeStatus.ACTIVE:
        raise RuleError(_("There is nobody of this name or staff number."), field="employee")
    if is_nomination and not _may_nominate(actor, owner):
        raise NotPermittedError
    application = ExternalTrainingApplication(
        applicant_id=owner_id,
        applicant=owner,
        nominated_by_id=actor.id if is_nomination else None,
        state=State.NOMINATED if is_nomination else State.DRAFT,
        kind=start.kind,
        title=required(start.title, "title", most=LONGEST_TITLE),
        provider_id=_known(session, TrainingProvider, start.provider_id, "provider_id"),
        competency_id=_known(session, Competency, start.competency_id, "competency_id"),
        created_at=clock.now(),
        saved_at=clock.now(),
        search_text="",
    )
    _index(application)
    session.add(application)
    session.flush()
    audit.record(session, actor, "external_training.begin", application, for_id=owner_id)
    if is_nomination:
        tell(session, owner_id, "external_nominated", application, "nominated", by_mail=True)
    return application


def _may_nominate(actor: Person, owner: Employee) -> bool:
    is_head = bool(actor.headed_paths) and is_within(owner.department.path, actor.headed_paths)
    return is_head or Right.HR in actor.rights


def copy_application(
    session: Session, earlier: ExternalTrainingApplication, actor: Person
) -> ExternalTrainingApplication:
    """Begin a draft with what stands in an earlier application of one's own."""
    if earlier.applicant_id != actor.id:
        raise NotPermittedError
    copy = begin_application(session, actor, Start(earlier.title, earlier.kind))
    for name in COPIED:
        setattr(copy, name, getattr(earlier, name))
    copy.copied_from_id = earlier.id
    _index(copy)
    session.flush()
    return copy


def answer_nomination(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    *,
    accepts: bool,
    reason: str = "",
    expected_version: int,
) -> None:
    """Accept a nomination, which makes it a draft of one's own, or decline it with a reason."""
    text = limited(reason, "reason") if accepts else required(reason, "reason")
    act = Act.ACCEPT if accepts else Act.DECLINE
    step(session, application, actor, act, expected_version=expected_version, reason=text)
    if application.nominated_by_id is not None:
        kind = "external_accepted" if accepts else "external_declined"
        tell(session, application.nominated_by_id, kind, application, act.value, reason=text)


def save_draft(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    values: dict[str, Any],
    *,
    expected_version: int,
) -> None:
    """Keep what was typed so far; a draft may lack anything but its title.

    Raises ConflictError, InvalidTransitionError, NotPermittedError, and RuleError for what can
    never be right: dates reversed, costs below zero or absurd, texts too long.
    """
    expect_version(application, expected_version)
    next_state(application.state, Act.EDIT, roles_of(actor, application))
    for name, value in checked(session, application, values).items():
        setattr(application, name, value)
    application.saved_at = clock.now()
    application.version += 1
    _index(application)
    session.flush()


def checked(
    session: Session, application: ExternalTrainingApplication, values: dict[str, Any]
) -> dict[str, Any]:
    """Return the values as they are kept; raise RuleError naming the field that cannot be."""
    kept = dict(values)
    for name, most in TEXTS.items():
        if name in kept:
            kept[name] = limited(kept[name], name, most=most)
    if "title" in kept:
        kept["title"] = required(kept["title"], "title", most=LONGEST_TITLE)
    for name in COSTS:
        if name in kept:
            kept[name] = checked_amount(kept[name], name)
    if "minutes" in kept and not 0 <= (kept["minutes"] or 0) <= MOST_MINUTES:
        raise RuleError(_("Enter how many hours it takes, up to 744."), field="hours")
    if "provider_id" in kept:
        _known(session, TrainingProvider, kept["provider_id"], "provider_id")
    if "competency_id" in kept:
        _known(session, Competency, kept["competency_id"], "competency_id")
    starts_on = kept.get("starts_on", application.starts_on)
    _check_dates(starts_on, kept.get("ends_on", application.ends_on))
    return kept


def checked_amount(amount: Decimal | None, field: str) -> Decimal:
    """Return an amount in whole fen; raise RuleError for one that cannot be."""
    value = amount if amount is not None else Decimal("0.00")
    if fault := amount_fault(value):
        raise RuleError(fault, field=field)
    return value.quantize(Decimal("0.01"))


def _check_dates(starts_on: date | None, ends_on: date | None) -> None:
    if fault := days_fault(starts_on, ends_on):
        raise RuleError(fault, field="ends_on")


def add_file(
    session: Session, application: ExternalTrainingApplication, actor: Person, upload: Upload
) -> ExternalTrainingFile:
    """Keep a file with an application: before submission what goes with it, later a proof.

    Raises NotPermittedError for others' applications, RuleError for too many files.
    """
    if application.applicant_id != actor.id:
        raise NotPermittedError
    is_open = application.state in {State.DRAFT, State.RETURNED}
    if is_open != (upload.purpose is FilePurpose.APPLICATION):
        raise InvalidTransitionError
    mine = ExternalTrainingFile.application_id == application.id
    if len(session.scalars(select(ExternalTrainingFile.id).where(mine)).all()) >= MOST_FILES:
        raise RuleError(_("At most %(most)s files."), field="file", most=MOST_FILES)
    stored = files.store(
        session,
        upload.data,
        name=upload.name,
        media_type=upload.media_type,
        purpose="external_training",
        owner_id=actor.id,
    )
    kept = ExternalTrainingFile(
        application_id=application.id,
        file_id=stored.id,
        purpose=upload.purpose,
        added_by_id=actor.id,
        added_at=clock.now(),
    )
    session.add(kept)
    session.flush()
    audit.record(session, actor, "external_training.add_file", application, file=stored.id)
    return kept


def remove_file(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    kept: ExternalTrainingFile,
) -> None:
    """Take a file out of a draft; once it was submitted a file stays."""
    next_state(application.state, Act.EDIT, roles_of(actor, application))
    if kept.application_id != application.id or kept.purpose is not FilePurpose.APPLICATION:
        raise InvalidTransitionError
    if application.submitted_at and kept.added_at <= application.submitted_at:
        raise RuleError(_("Whoever decided has seen this file. It stays; add the new one."))
    kept.file.expires_at = clock.now()  # the tidying job removes the file
    session.delete(kept)
    session.flush()
    audit.record(session, actor, "external_training.remove_file", application, file=kept.file_id)


def missing_of(application: ExternalTrainingApplication) -> list[str]:
    """Return the fields that an application still needs before it can be submitted."""
    wanted: dict[str, Any] = {
        "content": application.content,
        "provider_id": application.provider_id,
        "starts_on": application.starts_on,
        "ends_on": application.ends_on,
        "hours": application.minutes,
        "place": application.place or application.is_online,
        "reason": application.reason,
        "use_plan": application.use_plan,
    }
    return [name for name, value in wanted.items() if not value]


def submit_application(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    *,
    expected_version: int,
) -> None:
    """Send an application into its approval: a new round, whatever was decided before.

    Raises ConflictError, InvalidTransitionError, NotPermittedError, and RuleError where something
    is missing, a report is overdue, the first day has passed, or nobody may decide.
    """
    if missing_of(application):
        raise RuleError(_("Something is still missing. Fill in what is marked."))
    assert application.starts_on is not None  # noqa: S101  # not missing
    if application.starts_on < clock.today():
        raise RuleError(_("The first day has passed: apply before you attend."))
    if policy.is_blocked(session, application.applicant_id):
        raise RuleError(
            _("A report of an earlier training is overdue. Hand it in first, or ask HR.")
        )
    step(
        session,
        application,
        actor,
        Act.SUBMIT,
        expected_version=expected_version,
        snapshot=snapshot_of(application),
    )
    application.submitted_at = clock.now()
    application.conditions = ""
    application.round += 1
    budget.reserve(session, application, actor)
    approving.open_round(session, application)


def snapshot_of(application: ExternalTrainingApplication) -> dict[str, Any]:
    """Return what is decided about, as plain values: later rounds show what changed."""
    names = (*COPIED, "starts_on", "ends_on")
    found = {name: getattr(application, name) for name in names}
    return {
        name: value if isinstance(value, int | None) else str(value)
        for name, value in found.items()
    }


def take_back(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Take an application back to change it; what was decided so far no longer counts."""
    text = limited(reason, "reason")
    step(session, application, actor, Act.TAKE_BACK, expected_version=expected_version, reason=text)
    budget.release(session, application, actor)


def withdraw(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Give an application up before it is approved."""
    text, waited = limited(reason, "reason"), application.state is State.IN_APPROVAL
    step(session, application, actor, Act.WITHDRAW, expected_version=expected_version, reason=text)
    if waited:
        budget.release(session, application, actor)
    if application.nominated_by_id == actor.id:
        tell(session, application.applicant_id, "external_withdrawn", application, "withdrawn")


def cancel(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Call off an approved training; its money is free again."""
    text = required(reason, "reason")
    step(session, application, actor, Act.CANCEL, expected_version=expected_version, reason=text)
    budget.cancel(session, application, actor)
    if actor.id != application.applicant_id:
        owner = application.applicant_id
        tell(session, owner, "external_cancelled", application, "cancelled", reason=text)


def _known(session: Session, model: Any, ident: Any, field: str) -> Any:
    if ident is not None and session.get(model, ident) is None:
        raise RuleError(_("Choose one from the list."), field=field)
    return ident


def _index(application: ExternalTrainingApplication) -> None:
    application.search_text = fold(f"{application.title} {application.content or ''}")
