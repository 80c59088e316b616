"""Signing in and out."""

from flask import current_app, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import reading, transaction
from training_platform.core.web import public, render_form, safe_next, see_other
from training_platform.people import passwords
from training_platform.people.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from training_platform.people.forms.signing import SignInForm
from training_platform.people.services import sign_in as signing
from training_platform.people.views.base import bp, origin


@bp.route("/login", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Let somebody in, and lead back to where she wanted to go."""
    wanted = safe_next(request.values.get("next"))
    if current_user.is_authenticated and request.method == "GET":
        return redirect(wanted or "/", code=303)
    form = SignInForm(next=wanted)
    if form.validate_on_submit():
        if token := _token_for(form.username.data or "", form.password.data or ""):
            start_cookie(token)
            return redirect(wanted or "/", code=303)
        form.form_errors.append(_("User name and password do not match. Please try again."))
    accounts = DEMO_ACCOUNTS if current_app.config["DEMO"] else ()
    return render_form(
        "people/sign_in.html", form, demo_accounts=accounts, demo_password=DEMO_PASSWORD
    )


@bp.post("/logout")
@public
def sign_out() -> ResponseReturnValue:
    """End the session."""
    with transaction() as session:
        signing.sign_out(session, cookie.get("sid"))
    language = cookie.get("lang")
    cookie.clear()
    if language:
        cookie["lang"] = language
    return see_other("people.sign_in")


def start_cookie(token: str) -> None:
    """Begin a new browser session with this token; of the old one only the language stays."""
    language = cookie.get("lang")
    cookie.clear()
    cookie["sid"] = token
    if language:
        cookie["lang"] = language
    cookie.permanent = True


def _token_for(username: str, password: str) -> str | None:
    """Check the password between a short read and the write: hashing holds no lock."""
    place = origin()
    with reading() as session:
        candidate = signing.find_candidate(session, username, place)
    is_right = passwords.verify(candidate.password_hash, password)
    new_hash = passwords.hash_again(candidate.password_hash, password) if is_right else None
    with transaction() as session:
        signing.sign_out(session, cookie.get("sid"))
        return signing.sign_in(session, candidate, place, is_right=is_right, new_hash=new_hash)
