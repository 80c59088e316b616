"""Every mail: the list, one mail, sending it again."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import requires, see_other
from training_platform.notices import mails as sent
from training_platform.notices.views.base import bp
from training_platform.notices.views.names import kind_name, kind_names


@bp.get("/admin/mails")
@requires(Permission.MAIL_READ)
def mails() -> ResponseReturnValue:
    """List all mails, with filters."""
    wanted = {name: request.args.get(name, "").strip() for name in ("state", "q", "kind")}
    chosen = sent.select_mails(wanted["state"], wanted["q"], wanted["kind"])
    page = paginate(db.session(), chosen, convert=sent.Line)
    return render_template(
        "notices/mails.html", page=page, wanted=wanted, kinds=kind_names(), **_words()
    )


@bp.get("/admin/mails/<int:mail_id>")
@requires(Permission.MAIL_READ)
def mail(mail_id: int) -> ResponseReturnValue:
    """Show one mail; its words only to who may read them."""
    line = sent.find(db.session(), mail_id)
    if line is None:
        raise NotFoundError
    again = sent.resent(db.session(), mail_id)
    return render_template("notices/mail.html", line=line, again=again, **_words())


@bp.post("/admin/mails/<int:mail_id>/again")
@requires(Permission.NOTICE_MANAGE)
def send_mail_again(mail_id: int) -> ResponseReturnValue:
    """Send a mail once more."""
    if sent.find(db.session(), mail_id) is None:
        raise NotFoundError
    with transaction() as session:
        new_id = sent.send_again(session, current_user, mail_id)
    flash(_("The mail goes out again."), "success")
    return see_other(".mail", mail_id=new_id)


def _words() -> dict[str, object]:
    manages = may(current_user, None, Permission.NOTICE_MANAGE)
    return {"states": sent.STATES, "tones": sent.TONES, "kind_name": kind_name, "manages": manages}
