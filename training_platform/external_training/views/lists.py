"""Lists: one's own, the overview, the library, providers."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, requires
from training_platform.external_training import queries, services, texts
from training_platform.external_training.models import TrainingProvider
from training_platform.external_training.rules import FilePurpose
from training_platform.external_training.views.base import bp, labels


@bp.get("/")
@requires(Permission.EXTERNAL_TRAINING_USE)
def mine() -> ResponseReturnValue:
    """List the viewer's own applications, with what she has to do."""
    session = db.session()
    return render_template(
        "external_training/mine.html",
        page=paginate(session, queries.mine(current_user.id)),
        due=queries.due_for(session, current_user.id),
        is_blocked=services.is_blocked(session, current_user.id),
        **labels(),
    )


@bp.get("/all")
@requires(Permission.EXTERNAL_TRAINING_OVERSEE)
def overview() -> ResponseReturnValue:
    """Show heads, leaders and HR the applications of their people."""
    session, given = db.session(), request.args
    departments = queries.departments_of(session, current_user)
    path = next((row.path for row in departments if str(row.id) == given.get("department")), "")
    if given.get("department") and not path:
        raise NotFoundError
    wanted = queries.Filter(
        text=given.get("q", ""),
        state=given.get("state", ""),
        department_path=path,
        only_overdue=bool(given.get("overdue")),
    )
    return render_template(
        "external_training/overview.html",
        page=paginate(session, queries.overseen(current_user, wanted)),
        wanted=wanted,
        department=given.get("department", ""),
        departments=[(row.id, pick(row.name)) for row in departments],
        **labels(),
    )


@bp.get("/library")
@requires(Permission.EXTERNAL_TRAINING_USE)
def library() -> ResponseReturnValue:
    """List the reports of colleagues."""
    text = request.args.get("q", "")
    page = paginate(db.session(), queries.library(text))
    return render_template("external_training/library.html", page=page, text=text, **labels())


@bp.get("/library/<int:application_id>")
@requires(Permission.EXTERNAL_TRAINING_USE)
def shared(application_id: int) -> ResponseReturnValue:
    """Show a report of the library with its materials."""
    found = queries.shared_report(db.session(), application_id)
    if found is None:
        raise NotFoundError
    materials = [
        each
        for each in queries.files_of(db.session(), application_id)
        if each.purpose is FilePurpose.MATERIAL
    ]
    return render_template(
        "external_training/shared.html",
        found=found,
        materials=materials,
        parts=texts.REPORT_PARTS,
        **labels(),
    )


@bp.get("/providers")
@requires(Permission.EXTERNAL_TRAINING_USE)
def providers() -> ResponseReturnValue:
    """List the providers with what colleagues think of them."""
    text, words = request.args.get("q", ""), labels()
    found = queries.providers(text, with_inactive=words["may_manage"])
    page = paginate(db.session(), found)
    return render_template("external_training/providers.html", page=page, text=text, **words)


@bp.get("/providers/<int:provider_id>")
@requires(Permission.EXTERNAL_TRAINING_USE)
def provider(provider_id: int) -> ResponseReturnValue:
    """Show a provider, and the reports about its courses."""
    found = load(TrainingProvider, provider_id)
    page = paginate(db.session(), queries.library(found.name))
    return render_template("external_training/provider.html", provider=found, page=page, **labels())
