"""How HR words notices: the list of kinds, and the editor with its preview."""

from collections.abc import Mapping
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import LANGUAGES
from training_platform.core.permissions import Permission
from training_platform.core.web import render_form, requires, see_other
from training_platform.notices import rewording, samples
from training_platform.notices import wording as words
from training_platform.notices.forms import WordingForm
from training_platform.notices.groups import GROUPS, group_of
from training_platform.notices.mailing import Told, render_mail
from training_platform.notices.texts import TEXTS
from training_platform.notices.views.base import bp
from training_platform.notices.views.names import kind_name, sample_title

SAMPLE_ADDRESS = "https://training.example/…"


@bp.get("/admin/notices")
@requires(Permission.NOTICE_MANAGE)
def wordings() -> ResponseReturnValue:
    """List the kinds of notices, by group."""
    worded = rewording.worded_kinds(db.session())
    kinds: dict[str, list[Any]] = {group.id: [] for group in GROUPS}
    for kind, text in TEXTS.items():
        row = worded.get(kind)
        title = sample_title(kind, row.texts if row else None)
        kinds[group_of(kind).id].append((kind, title, text.icon, row and row.worded_at))
    return render_template("notices/wordings.html", groups=GROUPS, kinds=kinds)


@bp.route("/admin/notices/<notice_kind>", methods=["GET", "POST"])
@requires(Permission.NOTICE_MANAGE)
def wording(notice_kind: str) -> ResponseReturnValue:
    """Let HR word a kind of notices; `preview` draws what was typed and saves nothing."""
    if notice_kind not in TEXTS:
        raise NotFoundError
    now = rewording.newest(db.session(), notice_kind)
    texts = (now.texts if now else None) or words.shipped(notice_kind)
    form = WordingForm(data={"version": now.number if now else 0, **_flat(texts)})
    if form.validate_on_submit():
        try:
            words.check(notice_kind, form.texts)
            if "preview" not in request.form:
                return _save(notice_kind, form.texts, form.version.data or 0)
        except RuleError as error:
            form.refuse(error)
    return _page(notice_kind, form, is_worded=bool(now and now.texts))


@bp.post("/admin/notices/<notice_kind>/restore")
@requires(Permission.NOTICE_MANAGE)
def restore_wording(notice_kind: str) -> ResponseReturnValue:
    """Go back to the shipped text."""
    if notice_kind not in TEXTS:
        raise NotFoundError
    now = rewording.newest(db.session(), notice_kind)
    if now is None or now.texts is None:
        return see_other(".wording", notice_kind=notice_kind)
    return _save(notice_kind, None, now.number)


def _save(kind: str, texts: words.Wording | None, expected: int) -> ResponseReturnValue:
    with transaction() as session:
        rewording.reword(session, current_user, kind, texts, expected_number=expected)
    restored = _("The shipped text holds again, from now on.")
    flash(_("The text is saved. Notices from now on use it.") if texts else restored, "success")
    return see_other(".wording", notice_kind=kind)


def _page(kind: str, form: WordingForm, *, is_worded: bool) -> ResponseReturnValue:
    names = words.placeholders(kind)
    return render_form(
        "notices/wording.html",
        form,
        kind=kind,
        name=kind_name(kind),
        icon_name=TEXTS[kind].icon,
        is_worded=is_worded,
        placeholders=[(each, samples.placeholder(each)) for each in names],
        previews=[_preview(kind, code, form.texts) for code in LANGUAGES]
        if not form.errors
        else [],
        history=rewording.history(db.session(), kind),
    )


def _preview(kind: str, code: str, texts: words.Wording) -> Mapping[str, str]:
    with force_locale(code):
        values = samples.sample_values(words.placeholders(kind), kind)
        title = words.title_of(kind, values, texts)
        told = Told(title, words.body_of(kind, values, texts), SAMPLE_ADDRESS)
        body = render_mail("notice", name=samples.sample_values(("name",))["name"], **vars(told))
    return {"code": code, "title": title, "body": body}


def _flat(texts: words.Wording) -> dict[str, str]:
    return {f"{code}_{part}": texts[code][part] for code in LANGUAGES for part in ("title", "body")}
