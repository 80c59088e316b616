"""The steps that were recorded: looked over, and kept as a solution."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import pick, translate
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, see_other
from training_platform.studio.models import StudioDraft
from training_platform.studio.rehearsal import keeping, texts, trying
from training_platform.studio.rehearsal.blueprint import bp, own_rehearsal
from training_platform.studio.rehearsal.choices import chosen, unsure_in
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.reading import MISSING, read_task
from training_platform.studio.rehearsal.rules import Recording
from training_platform.studio.rehearsal.worth import worth_of
from training_platform.studio.texts import words

_MOST_WORDS = 400
_MOST_DRAWN = 400


@bp.post("/stop")
@requires(Permission.STUDIO_USE)
def stop(task_draft_id: int) -> ResponseReturnValue:
    """Stop the recording and show its steps."""
    _draft, found = own_rehearsal(task_draft_id)
    if found is None or found.recording is not Recording.RUNNING:
        return see_other(".show", task_draft_id=task_draft_id)
    worth = worth_of(found)
    told = {"points": worth.points, "lost": [*worth.lost], "is_whole": worth.is_whole}
    with transaction() as session:
        keeping.stop_recording(session, found, current_user, told)
    return see_other(".steps", task_draft_id=task_draft_id)


@bp.get("/steps")
@requires(Permission.STUDIO_USE)
def steps(task_draft_id: int) -> ResponseReturnValue:
    """Show what was recorded, step by step, in plain words."""
    draft, found = own_rehearsal(task_draft_id)
    if found is None or found.recording is Recording.NONE:
        return see_other(".show", task_draft_id=task_draft_id)
    return _page(draft, found)


@bp.post("/steps")
@requires(Permission.STUDIO_USE)
def decide(task_draft_id: int) -> ResponseReturnValue:
    """Keep what the author decided about the steps, and try them on another draw."""
    draft, found = own_rehearsal(task_draft_id)
    if found is None:
        return see_other(".show", task_draft_id=task_draft_id)
    try:
        with transaction() as session:
            keeping.decide_steps(session, found, current_user, chosen(found, request.form))
            trying.ask_try(session, found, current_user)
    except RuleError as error:
        draft, found = own_rehearsal(task_draft_id)
        return (_page(draft, found, error), 422) if found else see_other(".show")
    flash(_("Saved."))
    return see_other(".steps", task_draft_id=draft.id, _anchor="again")


@bp.post("/keep")
@requires(Permission.STUDIO_USE)
def keep(task_draft_id: int) -> ResponseReturnValue:
    """Write the steps into the draft, as the solution or a wrong one."""
    _draft, found = own_rehearsal(task_draft_id)
    if found is None or found.recording is not Recording.STOPPED:
        return see_other(".show", task_draft_id=task_draft_id)
    try:
        with transaction() as session:
            keeping.keep_solution(session, found, current_user, _kept())
    except RuleError as error:
        draft, found = own_rehearsal(task_draft_id)
        if found is None:
            raise
        return _page(draft, found, error), 422
    flash(_("The steps are kept in the draft. Prove the task when all its solutions are there."))
    return redirect(url_for("studio.draft", draft_id=task_draft_id, _anchor="proof"), 303)


def _kept() -> keeping.Kept:
    given = request.form
    kind, _colon, name = given.get("as", "solution").partition(":")
    if kind == "wrong":
        return keeping.Kept(name)
    if kind != "new":
        return keeping.Kept()
    why = {code: given.get(f"why-{code}", "").strip()[:_MOST_WORDS] for code in ("zh", "en")}
    name = given.get("name", "").strip()
    return keeping.Kept(name, is_new=True, loses=given.getlist("loses"), why=why)


def _page(draft: StudioDraft, found: StudioRehearsal, error: RuleError | None = None) -> str:
    task = read_task(draft.slug, draft.read_files()).task
    steps, answers = keeping.steps_of(found), keeping.answers_of(found)
    named = [each.name for each in task.wrong] if task else []
    return render_template(
        "studio/rehearsal/steps.html",
        draft=draft,
        rehearsal=found,
        steps=steps,
        answers=answers,
        unsure=unsure_in(steps, answers),
        drawn=sorted(keeping.drawn_of(found).items())[:_MOST_DRAWN],
        options_of=texts.options_of,
        again=trying.state_of(found),
        draws=trying.draws_of(found),
        wrong=[each for each in named if not each.startswith(MISSING)],
        checks=[(each.id, pick(each.title.model_dump())) for each in task.checks] if task else [],
        troubles=texts.TROUBLES,
        errors={error.field or "": translate(error.text, **error.values)} if error else {},
        given=request.form,
        **words(),
    )
