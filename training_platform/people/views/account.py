"""One's own account."""

from urllib.parse import urlsplit

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core import clock, files
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.uploads import takes_file
from training_platform.core.web import load, render_form, requires, safe_next, see_other
from training_platform.people import passwords, queries
from training_platform.people.forms.account import (
    ChangePasswordForm,
    PictureForm,
    PreferencesForm,
)
from training_platform.people.models import Employee, UserSession
from training_platform.people.services import profile, sessions
from training_platform.people.services.second_factor import count_recovery_codes
from training_platform.people.views.base import bp
from training_platform.people.views.confirming import kept_hash


@bp.route("/account/", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def account() -> ResponseReturnValue:
    """Show who one is, and keep how one wants to see the platform."""
    form = PreferencesForm(
        locale=current_user.locale or language(),
        theme=current_user.theme,
        timezone=current_user.timezone or "",
        company_zone=str(clock.company_zone()),
    )
    if form.validate_on_submit():
        wanted = profile.Preferences(form.locale.data, form.theme.data, form.timezone.data or None)
        with transaction() as session:
            profile.save_preferences(session, current_user, wanted)
        cookie["lang"] = wanted.locale
        flash(_("Your settings are saved."), "success")
        return see_other("people.account")
    return _account_page(form, PictureForm(formdata=None))


@bp.post("/account/picture")
@requires(Permission.SIGNED_IN)
@takes_file
def set_picture() -> ResponseReturnValue:
    """Take an uploaded picture, cut to a square and freed of hidden data."""
    form = PictureForm()
    if form.validate_on_submit():
        try:
            db.session.rollback()  # re-encoding holds no lock
            webp = files.square_picture(form.picture.data.read())
            with transaction() as session:
                profile.set_picture(session, current_user, webp)
            flash(_("Your picture is saved."), "success")
            return see_other("people.account")
        except RuleError as error:
            form.refuse(error)
    preferences = PreferencesForm(
        formdata=None,
        locale=current_user.locale or language(),
        theme=current_user.theme,
        timezone=current_user.timezone or "",
        company_zone=str(clock.company_zone()),
    )
    return _account_page(preferences, form)


@bp.post("/account/picture/remove")
@requires(Permission.SIGNED_IN)
def remove_picture() -> ResponseReturnValue:
    """Go back to the letters of the name."""
    with transaction() as session:
        profile.remove_picture(session, current_user)
    flash(_("Your picture is removed."), "success")
    return see_other("people.account")


@bp.get("/people/<int:employee_id>/picture")
@requires(Permission.EMPLOYEE_READ)
def picture(employee_id: int) -> ResponseReturnValue:
    """Serve somebody's picture to whoever may read the account."""
    employee = load(Employee, employee_id)
    stored = db.session.get(files.StoredFile, employee.picture_id) if employee.picture_id else None
    if stored is None:
        raise NotFoundError
    return files.respond(stored, inline=True)


@bp.post("/account/theme")
@requires(Permission.SIGNED_IN)
def set_theme() -> ResponseReturnValue:
    """Keep the theme that was chosen in the shell, and stay on the page."""
    theme = request.form.get("theme", "")
    if theme in profile.THEMES:
        with transaction() as session:
            profile.save_theme(session, current_user, theme)
    came_from = urlsplit(request.referrer or "")
    back = safe_next(came_from.path) if came_from.netloc == request.host else None
    return redirect(back or url_for("people.account"), code=303)


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Change one's password; all other sessions end."""
    form = ChangePasswordForm(next=safe_next(request.values.get("next")))
    if form.validate_on_submit() and (old_hash := kept_hash(form)):
        try:
            personal = (current_user.username, current_user.name)
            passwords.check_new(form.new_password.data or "", personal=personal)
        except RuleError as error:
            form.refuse(error)
        else:
            new_hash = passwords.hash_password(form.new_password.data or "")
            with transaction() as session:
                profile.change_password(session, current_user, old_hash=old_hash, new_hash=new_hash)
            flash(_("Your password is changed. All other devices are signed out."), "success")
            wanted = safe_next(form.next.data) or url_for("people.security")
            return redirect(wanted, code=303)
    return render_form("people/change_password.html", form)


@bp.get("/account/security")
@requires(Permission.SIGNED_IN)
def security() -> ResponseReturnValue:
    """Show password, second factor and the devices that are signed in."""
    session = db.session()
    codes = count_recovery_codes(session, current_user.id) if current_user.has_totp else 0
    return render_template(
        "people/security.html",
        sessions=queries.open_sessions(session, current_user.id),
        codes_left=codes,
        must_have_factor=current_user.is_privileged and not current_app.config["DEMO"],
    )


@bp.post("/account/sessions/<int:session_id>/end")
@requires(Permission.SIGNED_IN)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one of one's own devices out."""
    with transaction() as session:
        row = session.get(UserSession, session_id)
        if row is None or row.employee_id != current_user.id:
            raise NotFoundError
        sessions.end_session(session, row, current_user, "ended_by_owner")
    flash(_("The device is signed out."), "success")
    return see_other("people.security")


@bp.post("/account/sessions/end-others")
@requires(Permission.SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    """Sign all other devices of one's own out."""
    with transaction() as session:
        sessions.end_other_sessions(session, current_user)
    flash(_("All other devices are signed out."), "success")
    return see_other("people.security")


@bp.get("/account/history")
@requires(Permission.SIGNED_IN)
def history() -> ResponseReturnValue:
    """Show what was done with one's own account."""
    page = paginate(db.session(), queries.events_on(current_user.id))
    names = queries.names_of(db.session(), {row.actor_id for row in page.rows})
    return render_template("people/history.html", page=page, names=names)


@bp.get("/account/data.json")
@requires(Permission.SIGNED_IN)
def my_data() -> ResponseReturnValue:
    """Hand out what the account itself keeps about its owner."""
    response: Response = jsonify(queries.my_data(db.session(), current_user.id))
    response.headers["Content-Disposition"] = 'attachment; filename="my-account.json"'
    return response


def _account_page(preferences: PreferencesForm, picture_form: PictureForm) -> ResponseReturnValue:
    page = render_template(
        "people/account.html",
        form=preferences,
        picture_form=picture_form,
        employee=queries.account_summary(db.session(), current_user.id),
    )
    return page, 422 if preferences.errors or picture_form.errors else 200
