"""The proof of a task draft: its page, the act that asks for it, its line beside the draft."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import pick
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, see_other
from training_platform.practicals import stamps
from training_platform.practicals.proof_models import PracticalProof
from training_platform.practicals.services import proving
from training_platform.studio import checking
from training_platform.studio.models import StudioDraft
from training_platform.studio.proofs import rules, services, texts
from training_platform.studio.texts import words
from training_platform.studio.views.blueprint import find_draft

bp = Blueprint("studio_proofs", __name__, url_prefix="/studio/drafts/<int:task_draft_id>/proof")
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()


def init_app(app: Flask) -> None:
    """Stand on the page of every draft of a task."""
    slots.fill(app, "studio.draft", _beside)


@bp.get("")
@requires(Permission.STUDIO_USE)
def show(task_draft_id: int) -> ResponseReturnValue:
    """Show what the last proof of the draft's files found, way by way; or how far it is."""
    draft = _find(task_draft_id)
    proof = _latest(draft)
    outcome = (proof.outcome or {}) if proof else {}
    titles = _check_titles(draft)
    return render_template(
        "studio/proofs/show.html",
        draft=draft,
        proof=proof,
        is_as_published=proof is None and services.is_vouched(db.session(), draft),
        outcome=outcome,
        titles=titles,
        faults=[texts.fault_text(each, titles) for each in outcome.get("faults", [])],
        cell=rules.cell,
        way_text=texts.way_text,
        headings=[_("Check"), *(texts.way_text(each["name"]) for each in outcome.get("ways", []))],
        is_running=proof is not None and proof.state in proving.RUNNING,
        **words(),
    )


@bp.post("")
@requires(Permission.STUDIO_USE)
def ask(task_draft_id: int) -> ResponseReturnValue:
    """Let the draft's files be proved as they stand now."""
    draft = _find(task_draft_id)
    try:
        with transaction() as session:
            services.prove_draft(session, draft, current_user)
    except RuleError as error:
        flash(_(error.text), "warn")
    return see_other(".show", task_draft_id=draft.id)


def _find(draft_id: int) -> StudioDraft:
    draft = find_draft(draft_id)
    if draft.kind != "practical":
        raise NotFoundError
    return draft


def _latest(draft: StudioDraft) -> PracticalProof | None:
    return proving.latest_proof(db.session(), draft.slug, stamps.stamp_of(draft.read_files()))


def _check_titles(draft: StudioDraft) -> Mapping[str, str]:
    data: Any = checking.parsed(draft.kind, draft.slug, draft.read_files()).data
    return {each["id"]: pick(each["title"]) for each in data["task"]["checks"]} if data else {}


def _beside(*, draft: StudioDraft) -> str:
    """Say beside a task's draft whether it is proved as it stands."""
    if draft.kind != "practical":
        return ""
    proof = _latest(draft)
    return render_template(
        "studio/proofs/_beside.html",
        draft=draft,
        proof=proof,
        is_as_published=proof is None and services.is_vouched(db.session(), draft),
    )
