"""The second factor: showing a code, setting it up, taking it away."""

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pyotp import TOTP

from training_platform.core import crypto
from training_platform.core.db import transaction
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission
from training_platform.core.web import render_form, requires, safe_next, see_other
from training_platform.people.forms.account import CodeForm, ConfirmPasswordForm
from training_platform.people.models import Employee
from training_platform.people.services import second_factor as factors
from training_platform.people.views.base import bp
from training_platform.people.views.confirming import password_is_right

PENDING = "totp"


@bp.route("/login/code", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def second_factor() -> ResponseReturnValue:
    """Ask for a code of the authenticator app, or a recovery code."""
    wanted = safe_next(request.values.get("next")) or "/"
    if current_user.has_second_factor or not current_user.has_totp:
        return redirect(wanted, code=303)
    form = CodeForm(next=wanted)
    if form.validate_on_submit():
        with transaction() as session:
            token = factors.show_code(session, current_user, form.code.data or "")
        if token:
            cookie["sid"] = token
            return redirect(wanted, code=303)
        form.form_errors.append(_("This code is not right. Wait for the next one and try again."))
    return render_form("people/second_factor.html", form)


@bp.route("/account/second-factor", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def enrol_second_factor() -> ResponseReturnValue:
    """Set the second factor up: a QR code, then a code from the app as proof."""
    if current_user.has_totp:
        return see_other("people.security")
    wanted = safe_next(request.values.get("next"))
    secret = _pending_secret()
    form = CodeForm(next=wanted)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                token, codes = factors.enrol(session, current_user, secret, form.code.data or "")
        except RuleError as error:
            form.refuse(error)
        else:
            cookie["sid"] = token
            cookie.pop(PENDING, None)
            return _show_codes(codes, wanted)
    return render_form("people/enrol_second_factor.html", form, secret=secret, qr=_qr(secret))


@bp.route("/account/recovery-codes", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def renew_recovery_codes() -> ResponseReturnValue:
    """Replace the recovery codes, after the password."""
    if not current_user.has_totp:
        return see_other("people.security")
    form = ConfirmPasswordForm()
    if form.validate_on_submit() and password_is_right(form):
        with transaction() as session:
            codes = factors.renew_recovery_codes(session, current_user)
        return _show_codes(codes, None)
    return render_form("people/renew_recovery_codes.html", form)


@bp.route("/account/second-factor/remove", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def remove_second_factor() -> ResponseReturnValue:
    """Take one's own second factor away, after the password."""
    if not current_user.has_totp:
        return see_other("people.security")
    form = ConfirmPasswordForm()
    if form.validate_on_submit() and password_is_right(form):
        try:
            with transaction() as session:
                employee = session.get_one(Employee, current_user.id)
                is_demo = bool(current_app.config["DEMO"])
                factors.remove(session, employee, current_user, is_demo=is_demo)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The second factor is removed."), "success")
            return see_other("people.security")
    return render_form("people/remove_second_factor.html", form)


def _show_codes(codes: list[str], wanted: str | None) -> ResponseReturnValue:
    return render_template(
        "people/recovery_codes.html", codes=codes, wanted=wanted or url_for("people.security")
    )


def _pending_secret() -> str:
    """Return the secret that is being set up: encrypted in the cookie until a code proves it."""
    kept = cookie.get(PENDING)
    if kept:
        try:
            return crypto.decrypt(kept, purpose=factors.PURPOSE)
        except crypto.UnreadableSecretError:
            cookie.pop(PENDING)
    secret = factors.new_secret()
    cookie[PENDING] = crypto.encrypt(secret, purpose=factors.PURPOSE)
    return secret


def _qr(secret: str) -> str:
    issuer = _("Customer Relations Academy")
    uri = TOTP(secret).provisioning_uri(name=current_user.username, issuer_name=issuer)
    return segno.make(uri, error="m").svg_data_uri(scale=4, border=4, light="#fff", dark="#000")
