"""The form of a case or common question, its preview, and answers that become one."""

from typing import Any

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.assessment.disputes.models import Dispute
from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.kinds import LANGUAGES
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.web import load, requires, see_other, wants_json
from training_platform.library.content_kinds import drawn_parts
from training_platform.library.rules import PARTS, Sort, path_of
from training_platform.mentoring.models import Practice, PracticeQuestion
from training_platform.studio import checking
from training_platform.studio.library import queries, services, texts, values
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.papers.values import text_in
from training_platform.studio.patching import read
from training_platform.studio.services.forms import FormEdit, save_form
from training_platform.studio.texts import words
from training_platform.studio.views.blueprint import find_draft, find_file
from training_platform.studio.views.telling import save_report, tell_saved, text_instead

bp = Blueprint("studio_library", __name__, url_prefix="/studio")
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()


def init_app(app: Flask) -> None:
    """Offer below an answer in mentored practice, and a ruling, to make it a common question."""
    slots.fill(app, "mentoring.answer", _offer)
    slots.fill(app, "dispute.outcome", _offer_ruling)


@bp.get("/drafts/<int:library_draft_id>/entry")
@requires(Permission.STUDIO_USE)
def edit(library_draft_id: int) -> ResponseReturnValue:
    """Show the form; a file that it cannot show is edited as text."""
    draft, file, sort = _find(library_draft_id)
    if draft.ended_at is not None:
        return redirect(url_for("studio.draft", draft_id=draft.id))
    value = read(file.text or "")
    if value is None or not values.is_shown(value, sort):
        return text_instead(draft, file)
    return render_template("studio/library/edit.html", **_page(draft, file, sort, value))


@bp.post("/drafts/<int:library_draft_id>/entry")
@requires(Permission.STUDIO_USE)
def save(library_draft_id: int) -> ResponseReturnValue:
    """Keep what the form says and do what its button asks for."""
    draft, file, sort = _find(library_draft_id)
    act, number = request.form.get("act", ""), request.form.get("number", 0, type=int)

    def asked(text: str) -> dict[str, Any]:
        return values.acted(_given(text, sort), act)

    with transaction() as session:
        edit = FormEdit(number, asked, values.ORDER)
        saved = save_form(session, draft, current_user, file, edit)
    anchor = "questions" if act else ""
    if wants_json():
        return jsonify(
            save_report(saved, anchor=anchor, fields=values.fields_of(read(saved.text) or {}, sort))
        )
    tell_saved(saved, act)
    return see_other(".edit", library_draft_id=draft.id, _anchor=anchor or None)


@bp.post("/drafts/<int:library_draft_id>/entry/preview")
@requires(Permission.STUDIO_USE)
def preview(library_draft_id: int) -> ResponseReturnValue:
    """Draw what the form says as readers will see it; nothing is kept."""
    _draft, file, sort = _find(library_draft_id)
    value = _given(file.text or "", sort)
    return render_template("studio/library/_preview.html", sort=sort, sides=_drawn(sort, value))


@bp.get("/drafts/<int:library_draft_id>/entry/preview")
@requires(Permission.STUDIO_USE)
def preview_page(library_draft_id: int) -> ResponseReturnValue:
    """Show the draft as readers will see it, on a page of its own."""
    draft, file, sort = _find(library_draft_id)
    value = read(file.text or "") or {}
    if not values.is_shown(value, sort):
        raise NotFoundError
    sides = _drawn(sort, value)
    return render_template(
        "studio/library/preview.html", draft=draft, sort=sort, sides=sides, **words()
    )


@bp.post("/faq-from-answer/<int:answered_id>")
@requires(Permission.STUDIO_USE, Permission.MENTORING_GUIDE)
def from_answer(answered_id: int) -> ResponseReturnValue:
    """Begin a common question with an answer that was given in mentored practice.

    A mentor who is no trainer proposes it: a trainer writes on.
    """
    found = db.session.get(PracticeQuestion, answered_id)
    if found is None or found.answered_at is None:
        raise NotFoundError
    practice = load(Practice, found.practice_id)
    if not may(current_user, None, Permission.STUDIO_USE):
        with transaction() as session:
            services.propose_answer(session, current_user, practice, found)
        flash(_("Proposed. A trainer takes out names, and publishes it."))
        return see_other("mentoring.question", practice_id=found.practice_id, asked_id=found.id)
    with transaction() as session:
        draft = services.draft_of_answer(session, current_user, found)
    flash(_("Take out names of people and customers, and write the other language."), "warn")
    return see_other(".edit", library_draft_id=draft.id)


@bp.post("/faq-from-ruling/<int:dispute_id>")
@requires(Permission.STUDIO_USE)
def from_ruling(dispute_id: int) -> ResponseReturnValue:
    """Begin a common question with the reason of a ruling about a dispute."""
    found = load(Dispute, dispute_id)
    if not found.reason:
        raise NotFoundError
    with transaction() as session:
        draft = services.draft_of_ruling(session, current_user, found)
    flash(_("Take out names of people and customers, and write the other language."), "warn")
    return see_other(".edit", library_draft_id=draft.id)


def _find(draft_id: int) -> tuple[StudioDraft, StudioFile, Sort]:
    draft = find_draft(draft_id)
    if draft.kind not in list(Sort):
        raise NotFoundError
    sort = Sort(draft.kind)
    return draft, find_file(draft, path_of(sort, draft.slug)), sort


def _given(text: str, sort: Sort) -> dict[str, Any]:
    value = read(text)
    if value is None or not values.is_shown(value, sort):
        raise NotFoundError
    return values.changed(value, sort, request.form)


def _drawn(sort: Sort, value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return both languages drawn by the function that draws published entries."""
    plain = {part: {c: text_in(value, part, c) for c in LANGUAGES} for part in PARTS[sort]}
    rows = [{c: text_in({"x": row}, "x", c) for c in LANGUAGES} for row in _rows(value)]
    return [
        {
            "language": code,
            "title": text_in(value, "title", code),
            "summary": text_in(value, "summary", code),
            "parts": drawn_parts(sort, plain | {"questions": rows}, code),
        }
        for code in LANGUAGES
    ]


def _rows(value: dict[str, Any]) -> list[Any]:
    return list(value.get("questions") or [])


def _page(
    draft: StudioDraft, file: StudioFile, sort: Sort, value: dict[str, Any]
) -> dict[str, Any]:
    session = db.session()
    mistakes = checking.mistakes_to_show(session, draft)
    chosen = [str(each) for name in values.LISTS for each in value.get(name) or []]
    return {
        "draft": draft,
        "file": file,
        "sort": sort,
        "entry": value,
        "chosen": chosen,
        "problems": texts.beside(mistakes),
        "parts": [(name, texts.PARTS[name]) for name in PARTS[sort]],
        "text_in": text_in,
        **queries.choices(session, chosen),
        **words(),
    }


def _offer(*, question: PracticeQuestion) -> str:
    """Offer to make a common question of an answer to those who write, and to its mentor."""
    if question.answered_at is None:
        return ""
    address = url_for("studio_library.from_answer", answered_id=question.id)
    if may(current_user, None, Permission.STUDIO_USE):
        return render_template("studio/library/_offer.html", address=address)
    practice = db.session.get(Practice, question.practice_id)
    if not may(current_user, practice, Permission.MENTORING_GUIDE):
        return ""
    is_proposed = queries.is_taken(db.session(), Sort.FAQ, services.slug_of_answer(question))
    return render_template(
        "studio/library/_offer.html", address=address, is_proposal=True, is_proposed=is_proposed
    )


def _offer_ruling(*, dispute: Dispute) -> str:
    """Offer to make a common question of a ruling, to those who write."""
    if not may(current_user, None, Permission.STUDIO_USE) or not dispute.reason:
        return ""
    address = url_for("studio_library.from_ruling", dispute_id=dispute.id)
    return render_template("studio/library/_offer.html", address=address)
