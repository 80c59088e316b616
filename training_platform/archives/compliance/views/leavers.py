"""What the page of leavers says about signed proofs: anonymizing leaves them as they are."""

from collections.abc import Sequence

from flask import Flask, render_template
from flask_login import current_user

from training_platform.archives.compliance import keeping
from training_platform.core import slots
from training_platform.core.db import db
from training_platform.core.permissions import Permission, may


def init_app(app: Flask) -> None:
    """Fill the place below the list of leavers."""
    slots.fill(app, "retention.leavers", _proofs_of)


def _proofs_of(numbers: Sequence[str], **_context: object) -> str:
    if not may(current_user, None, Permission.COMPLIANCE_MANAGE):
        return ""
    session = db.session()
    found, years = keeping.proofs_naming(session, numbers), keeping.years_kept(session)
    return render_template("archives/compliance/_leavers.html", found=found, years=years)
