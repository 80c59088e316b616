"""The tokens of programs: made, looked at and revoked by HR."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from training_platform.api import queries, services, texts
from training_platform.api.forms import TokenForm
from training_platform.api.models import ApiToken
from training_platform.api.views.base import bp
from training_platform.core import forms
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other


@bp.get("/tokens")
@requires(Permission.API_TOKEN_MANAGE)
def tokens() -> ResponseReturnValue:
    """List all tokens, whether they work, and when each was last used."""
    page = paginate(db.session(), queries.select_tokens())
    return render_template("api/tokens.html", page=page, **_words())


@bp.route("/tokens/new", methods=["GET", "POST"])
@requires(Permission.API_TOKEN_MANAGE)
def new_token() -> ResponseReturnValue:
    """Make a token and show it, this once: it is kept nowhere."""
    form = TokenForm().offer()
    if form.validate_on_submit():
        if led_to := forms.already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, code=303)
        try:
            with transaction() as session:
                token, secret = services.make_token(session, current_user, form.wanted)
                address = url_for(".token", api_token_id=token.id)
                forms.remember(session, current_user.id, form.once.data, address)
        except RuleError as error:
            form.refuse(error)
        else:
            return render_template("api/made.html", token=token, secret=secret), 201
    return render_form("api/new_token.html", form)


@bp.get("/tokens/<int:api_token_id>")
@requires(Permission.API_TOKEN_MANAGE)
def token(api_token_id: int) -> ResponseReturnValue:
    """Show one token and everything that was read with it."""
    session, found = db.session(), load(ApiToken, api_token_id)
    row = session.execute(queries.select_tokens().where(ApiToken.id == found.id)).one()
    page = paginate(session, queries.select_pulls(found.id))
    return render_template("api/token.html", row=row, token=found, page=page, **_words())


@bp.post("/tokens/<int:api_token_id>/revoke")
@requires(Permission.API_TOKEN_MANAGE)
def revoke(api_token_id: int) -> ResponseReturnValue:
    """Let a token work no longer."""
    found = load(ApiToken, api_token_id)
    with transaction() as session:
        services.revoke_token(session, found, current_user)
    flash(gettext("The token is revoked. It opens nothing any more."), "success")
    return see_other(".token", api_token_id=api_token_id)


def _words() -> dict[str, object]:
    return {
        "resources": texts.RESOURCES,
        "states": texts.STATES,
        "tones": texts.TONES,
        "state_of": queries.standing_of,
    }
