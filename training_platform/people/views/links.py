"""Forgotten passwords and the first sign-in."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_platform.core.db import reading, transaction
from training_platform.core.errors import RuleError
from training_platform.core.web import public, render_form, see_other
from training_platform.people import passwords
from training_platform.people.forms.account import ForgotPasswordForm, NewPasswordForm
from training_platform.people.models import Employee
from training_platform.people.services import links
from training_platform.people.views.base import bp, origin


@bp.route("/forgot-password", methods=["GET", "POST"])
@public
def forgot_password() -> ResponseReturnValue:
    """Take a user name or address; the answer is the same whether there is such an account."""
    form = ForgotPasswordForm()
    if form.validate_on_submit():
        with transaction() as session:
            links.ask_reset(session, form.who.data or "", origin())
        return see_other("people.reset_sent")
    return render_form("people/forgot_password.html", form)


@bp.get("/forgot-password/sent")
@public
def reset_sent() -> ResponseReturnValue:
    """Say where to look."""
    return render_template("people/reset_sent.html")


@bp.route("/reset/<token>", methods=["GET", "POST"])
@public
def reset_password(token: str) -> ResponseReturnValue:
    """Choose a new password by a link from a mail."""
    return _choose_password(token, links.RESET, _("Choose a new password"))


@bp.route("/welcome/<token>", methods=["GET", "POST"])
@public
def welcome(token: str) -> ResponseReturnValue:
    """Choose the first password."""
    return _choose_password(token, links.WELCOME, _("Welcome! Choose your password"))


def _choose_password(token: str, purpose: str, title: str) -> ResponseReturnValue:
    with reading() as session:
        link = links.find_link(session, token, purpose)
        owner = session.get(Employee, link.employee_id) if link else None
        personal = (owner.username, owner.staff_number, owner.name_latin) if owner else ()
    if not personal:
        return render_template("people/link_dead.html", purpose=purpose), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            passwords.check_new(form.new_password.data or "", personal=personal)
            new_hash = passwords.hash_password(form.new_password.data or "")
            with transaction() as session:
                if not links.use_link(session, token, purpose, new_hash):
                    return render_template("people/link_dead.html", purpose=purpose), 410
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("Your password is set. Sign in with it."), "success")
            return see_other("people.sign_in")
    return render_form("people/choose_password.html", form, title=title, username=personal[0])
