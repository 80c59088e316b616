"""The printable application form, in either language."""

import io
import logging

from flask import render_template, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core.db import db
from training_platform.core.pdf import MissingGlyphError, PdfError, PdfUnavailableError
from training_platform.core.permissions import Permission, Right
from training_platform.core.web import load, requires
from training_platform.external_training import documents
from training_platform.external_training.models import ExternalTrainingApplication
from training_platform.external_training.views.base import bp

log = logging.getLogger(__name__)


@bp.get("/<int:application_id>/form/<any(zh, en):lang>.pdf")
@requires(Permission.EXTERNAL_TRAINING_READ)
def paper(application_id: int, lang: str) -> ResponseReturnValue:
    """Send the application as the form that is signed and filed."""
    application = load(ExternalTrainingApplication, application_id)
    values = documents.values_of(application, lang)
    title = application.title
    db.session.rollback()  # drawing takes its time: nothing is held meanwhile
    try:
        data = documents.render(values)
    except PdfError as fault:
        log.warning("no PDF of application %s: %s", application_id, fault)
        return _without_pdf(application_id, title, fault)
    name = documents.file_name(values)
    return send_file(io.BytesIO(data), "application/pdf", as_attachment=True, download_name=name)


def _without_pdf(application_id: int, title: str, fault: PdfError) -> ResponseReturnValue:
    command = fault.command if isinstance(fault, PdfUnavailableError) else None
    page = render_template(
        "external_training/no_pdf.html",
        application_id=application_id,
        title=title,
        command=command if Right.ADMIN in current_user.rights else None,
        characters=fault.characters if isinstance(fault, MissingGlyphError) else None,
    )
    return page, 503
