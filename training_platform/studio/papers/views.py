"""The form of a paper: edit, what its draws find, questions to pick, a sample."""

import secrets
from random import Random
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, see_other, wants_json
from training_platform.quizzes.content_kinds import path_of
from training_platform.studio import checking
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.papers import figures, queries, texts, values
from training_platform.studio.patching import read
from training_platform.studio.services.forms import FormEdit, save_form
from training_platform.studio.texts import words
from training_platform.studio.views.blueprint import find_draft, find_file
from training_platform.studio.views.telling import save_report, tell_saved, text_instead

bp = Blueprint("studio_papers", __name__, url_prefix="/studio/drafts/<int:paper_draft_id>/paper")
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()
MOST_CHANCE = 2**31


@bp.get("")
@requires(Permission.STUDIO_USE)
def edit(paper_draft_id: int) -> ResponseReturnValue:
    """Show the form; a file that it cannot show is edited as text."""
    draft, file = _find(paper_draft_id)
    value = read(file.text or "")
    if draft.ended_at is not None:
        return redirect(url_for("studio.draft", draft_id=draft.id))
    if value is None or not values.is_shown(value):
        return text_instead(draft, file)
    return render_template("studio/papers/edit.html", **_page(draft, file, value))


@bp.post("")
@requires(Permission.STUDIO_USE)
def save(paper_draft_id: int) -> ResponseReturnValue:
    """Keep what the form says and do what its button asks for."""
    draft, file = _find(paper_draft_id)
    act, number = request.form.get("act", ""), request.form.get("number", 0, type=int)
    section: int | None = None

    def asked(text: str) -> dict[str, Any]:
        nonlocal section
        found, section = values.acted(_given(text), act)
        return found

    with transaction() as session:
        edit = FormEdit(number, asked, values.ORDER)
        saved = save_form(session, draft, current_user, file, edit)
    if wants_json():
        return jsonify(
            save_report(
                saved,
                anchor=_place(act, section).get("_anchor", ""),
                fields=values.fields_of(read(saved.text) or {}),
            )
        )
    tell_saved(saved, act)
    return see_other(".edit", paper_draft_id=draft.id, **_place(act, section))


@bp.post("/figures")
@requires(Permission.STUDIO_USE)
def count(paper_draft_id: int) -> ResponseReturnValue:
    """Count what the form's draws can find; nothing is kept."""
    _draft, file = _find(paper_draft_id)
    shown = _figures(_given(file.text or ""))
    return render_template("studio/papers/_figures.html", **shown, is_update=True)


@bp.get("/questions")
@requires(Permission.STUDIO_USE)
def questions(paper_draft_id: int) -> ResponseReturnValue:
    """Offer questions of the bank for a section with fixed ones."""
    _draft, file = _find(paper_draft_id)
    section = request.args.get("section", 0, type=int)
    text = request.args.get(f"s{section}-find", "")
    found = queries.find_questions(db.session(), text, _fixed(read(file.text or "") or {}))
    return render_template("studio/papers/_found.html", found=found, index=section, q=text)


@bp.get("/preview")
@requires(Permission.STUDIO_USE)
def preview(paper_draft_id: int) -> ResponseReturnValue:
    """Show what one trainee might get; another draw is another number. Nothing is kept."""
    draft, file = _find(paper_draft_id)
    value = read(file.text or "") or {}
    if not values.is_shown(value):
        raise NotFoundError
    seed = request.args.get("draw", 0, type=int)
    sections = figures.drawable(value.get("sections") or [])
    return render_template(
        "studio/papers/preview.html",
        draft=draft,
        paper=value,
        sample=queries.sample(db.session(), sections, Random(seed)),  # noqa: S311  # a sample
        another=secrets.randbelow(MOST_CHANCE),
        **words(),
    )


def _find(paper_draft_id: int) -> tuple[StudioDraft, StudioFile]:
    draft = find_draft(paper_draft_id)
    if draft.kind != "paper":
        raise NotFoundError
    return draft, find_file(draft, path_of(draft.slug))


def _given(text: str) -> dict[str, Any]:
    value = read(text)
    if value is None or not values.is_shown(value):
        raise NotFoundError
    return values.changed(value, request.form)


def _place(act: str, section: int | None) -> dict[str, Any]:
    """Return where on the page a button leads: to its section, with what was looked for."""
    if not act:
        return {}
    found: dict[str, Any] = {"_anchor": "sections" if section is None else f"section-{section}"}
    if act.startswith("find:"):
        found |= {"section": section, "q": request.form.get(f"s{section}-find", "")}
    return found


def _fixed(value: dict[str, Any]) -> set[str]:
    sections = value.get("sections") or []
    return {ident for each in sections for ident in each.get("questions") or ()}


def _figures(value: dict[str, Any]) -> dict[str, Any]:
    sections = figures.drawable(value.get("sections") or [])
    found = figures.figures_of(sections, queries.bank(db.session(), sections))
    minutes = value.get("minutes")
    is_known = isinstance(minutes, int) and found.questions
    seconds = minutes * 60 // found.questions if minutes and is_known else None
    skills = dict(queries.choices(db.session())["skills"])
    return {
        "figures": found,
        "seconds": seconds,
        "skill_names": skills,
        "cell_text": figures.cell_text,
        **texts.words(),
    }


def _page(draft: StudioDraft, file: StudioFile, value: dict[str, Any]) -> dict[str, Any]:
    session, fixed = db.session(), _fixed(value)
    mistakes = checking.mistakes_to_show(session, draft)
    section, text = request.args.get("section", type=int), request.args.get("q", "")
    found = queries.find_questions(session, text, fixed) if section is not None else []
    return {
        "draft": draft,
        "file": file,
        "paper": value,
        "problems": texts.beside(mistakes),
        "known": queries.questions_named(session, fixed),
        "searched": section,
        "q": text,
        "found": found,
        "text_in": values.text_in,
        **queries.choices(session),
        **_figures(value),
        **words(),
    }
