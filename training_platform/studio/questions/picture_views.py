"""The picture of a question: put beside it, changed, taken away."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import transaction
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission
from training_platform.core.web import render_form, requires, see_other
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.patching import read
from training_platform.studio.questions import picture_services, trial
from training_platform.studio.questions.blueprint import bp, find_question
from training_platform.studio.questions.forms import QuestionPictureForm
from training_platform.studio.questions.values import text_in


@bp.route("/picture", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def picture(question_draft_id: int) -> ResponseReturnValue:
    """Show the question's picture; take another one, with what it shows."""
    draft, file = find_question(question_draft_id)
    if draft.ended_at is not None:
        return redirect(url_for("studio.draft", draft_id=draft.id))
    value = read(file.text or "") or {}
    words = value.get("picture")
    form = QuestionPictureForm(alt_zh=text_in(words, "zh"), alt_en=text_in(words, "en"))
    if form.validate_on_submit():
        try:
            _put(draft, file, form)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The picture stands beside the question."))
            return see_other(".edit", question_draft_id=draft.id, _anchor="picture")
    definition = trial.definition_of(value, draft.slug, draft.read_files()) or {}
    return render_form(
        "studio/questions/picture.html",
        form,
        draft=draft,
        names=picture_services.names_of(draft),
        drawn=definition.get("drawn") or {},
    )


@bp.post("/picture/remove")
@requires(Permission.STUDIO_USE)
def remove_picture(question_draft_id: int) -> ResponseReturnValue:
    """Take the question's picture away."""
    draft, file = find_question(question_draft_id)
    with transaction() as session:
        picture_services.remove_picture(session, draft, current_user, file)
    flash(_("The picture is gone. What was said of it is among the saves."))
    return see_other(".edit", question_draft_id=draft.id, _anchor="picture")


def _put(draft: StudioDraft, file: StudioFile, form: QuestionPictureForm) -> None:
    with transaction() as session:
        picture_services.put_picture(
            session,
            draft,
            current_user,
            file,
            form.picture.data.read(),
            language=form.language.data or "",
            words=form.alternatives,
        )
