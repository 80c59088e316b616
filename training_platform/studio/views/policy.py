"""Which kinds of content need a second pair of eyes: HR decides."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, see_other
from training_platform.studio import checking, queries
from training_platform.studio.services import policy as services
from training_platform.studio.services.publishing import NEEDS_REVIEW
from training_platform.studio.texts import words
from training_platform.studio.views.blueprint import bp


@bp.get("/policy")
@requires(Permission.STUDIO_POLICY_MANAGE)
def policy() -> ResponseReturnValue:
    """Show which kinds need a second look."""
    said = queries.policies(db.session())
    rows = {
        kind: said[kind].needs_review if kind in said else kind in NEEDS_REVIEW
        for kind in checking.kinds()
    }
    return render_template("studio/policy.html", rows=rows, **words())


@bp.post("/policy")
@requires(Permission.STUDIO_POLICY_MANAGE)
def change_policy() -> ResponseReturnValue:
    """Keep what HR has said."""
    chosen = set(request.form.getlist("kind"))
    with transaction() as session:
        services.set_policy(session, current_user, chosen)
    flash(_("Saved."))
    return see_other(".policy")
