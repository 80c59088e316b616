"""Departments, job roles and competencies in the administration."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.people import queries, services
from training_platform.people.forms.admin import (
    DepartmentForm,
    NewDepartmentForm,
    department_choices,
    optional_id,
)
from training_platform.people.models import Competency, CompetencyTarget, Department
from training_platform.people.views.base import bp


@bp.get("/admin/departments")
@requires(Permission.DEPARTMENT_MANAGE)
def departments() -> ResponseReturnValue:
    """Show the tree of departments."""
    session = db.session()
    found = queries.departments(session)
    children: dict[int | None, list[Department]] = {}
    for each in found:
        children.setdefault(each.parent_id, []).append(each)
    return render_template(
        "people/departments.html",
        departments=found,
        children=children,
        counts=queries.people_per_department(session),
    )


@bp.route("/admin/departments/new", methods=["GET", "POST"])
@requires(Permission.DEPARTMENT_MANAGE)
def new_department() -> ResponseReturnValue:
    """Add a department."""
    form = NewDepartmentForm()
    form.parent_id.choices = department_choices(
        queries.departments(db.session()), any_text=_("Nothing: it is at the top")
    )
    if address := already_led_to(db.session(), current_user.id, form.once.data):
        return redirect(address, code=303)
    if form.validate_on_submit():
        address = url_for("people.departments")
        try:
            with transaction() as session:
                services.create_department(
                    session,
                    current_user,
                    code=form.code.data or "",
                    name=form.names,
                    parent_id=optional_id(form.parent_id.data),
                )
                remember(session, current_user.id, form.once.data, address)
            flash(_("The department is added."), "success")
            return redirect(address, code=303)
        except RuleError as error:
            form.refuse(error)
    return render_form("people/department_form.html", form, department=None)


@bp.route("/admin/departments/<int:department_id>", methods=["GET", "POST"])
@requires(Permission.DEPARTMENT_MANAGE)
def edit_department(department_id: int) -> ResponseReturnValue:
    """Rename a department or move it, with everything below it."""
    department = load(Department, department_id)
    form = DepartmentForm(
        version=department.version,
        code=department.code,
        name_zh=department.name.get("zh", ""),
        name_en=department.name.get("en", ""),
        parent_id=str(department.parent_id or ""),
    )
    others = [
        each
        for each in queries.departments(db.session())
        if not each.path.startswith(department.path)
    ]
    form.parent_id.choices = department_choices(others, any_text=_("Nothing: it is at the top"))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.change_department(
                    session,
                    department,
                    current_user,
                    code=form.code.data or "",
                    name=form.names,
                    parent_id=optional_id(form.parent_id.data),
                    expected_version=form.version.data or 0,
                )
            flash(_("The department is changed."), "success")
            return see_other("people.departments")
        except RuleError as error:
            form.refuse(error)
            department = load(Department, department_id)
    return render_form("people/department_form.html", form, department=department)


@bp.get("/admin/job-roles")
@requires(Permission.DEPARTMENT_MANAGE)
def job_roles() -> ResponseReturnValue:
    """Show job roles and the competencies that they ask for; both come from content files."""
    session = db.session()
    targets = {
        (target.competency_id, target.job_role_id): target.level
        for target in session.scalars(select(CompetencyTarget))
    }
    roles = queries.job_roles(session)
    return render_template(
        "people/job_roles.html",
        job_roles=roles,
        role_columns=[{"label": pick(role.name), "number": True} for role in roles],
        counts=queries.people_per_job_role(session),
        competencies=session.scalars(select(Competency).order_by(Competency.position)).all(),
        targets=targets,
    )
