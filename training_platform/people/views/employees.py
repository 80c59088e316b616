"""Employees in the administration: list, page, changes, rights."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock, search
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import pick, translate
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.people import queries, services
from training_platform.people.forms.admin import (
    EmployeeForm,
    GrantForm,
    JobRoleForm,
    NewEmployeeForm,
    VersionForm,
    department_choices,
    job_role_choices,
    optional_id,
)
from training_platform.people.models import AccessGrant, Department, Employee
from training_platform.people.services import (
    EmployeeChanges,
    NewEmployee,
    links,
    profile,
    second_factor,
    sessions,
)
from training_platform.people.texts import RIGHT_HINTS, RIGHTS, STATUSES, TONES
from training_platform.people.views.base import bp

CHANGES = {
    "suspend": (services.suspend, _l("The account is suspended.")),
    "reactivate": (services.reactivate, _l("The account is active again.")),
    "leave": (services.mark_left, _l("It is noted that this person left.")),
}
NOBODY = "Nobody has this staff number."  # a message id; the staff import has it too


@bp.get("/admin/employees")
@requires(Permission.EMPLOYEE_MANAGE)
def employees() -> ResponseReturnValue:
    """List people, searched and filtered."""
    session = db.session()
    values = request.args
    chosen = values.get("department", type=int)
    department = session.get(Department, chosen) if chosen else None
    wanted = queries.EmployeeFilter(
        words=search.words(values.get("q", "")),
        department_path=department.path if department else "",
        job_role_id=values.get("job_role", ""),
        status=values.get("status", "active"),
        right=values.get("right", ""),
    )
    return render_template(
        "people/employees.html",
        page=paginate(session, queries.employee_list(current_user, wanted)),
        wanted=wanted,
        department=department,
        department_options=[
            (choice.value, choice.label)
            for choice in department_choices(queries.departments(session))
        ],
        job_role_options=[(role.id, pick(role.name)) for role in queries.job_roles(session)],
        right_options=[(right.value, text) for right, text in RIGHTS.items()],
        status_options=[(status.value, text) for status, text in STATUSES.items()],
        statuses=STATUSES,
        tones=TONES,
    )


@bp.get("/people/<int:employee_id>")
@requires(Permission.EMPLOYEE_READ)
def employee(employee_id: int) -> ResponseReturnValue:
    """Show one person to whoever may read the account; managing needs more."""
    return _employee_page(load(Employee, employee_id), None)


@bp.route("/admin/employees/new", methods=["GET", "POST"])
@requires(Permission.EMPLOYEE_MANAGE)
def new_employee() -> ResponseReturnValue:
    """Add a person and send the link for the first sign-in."""
    form = _with_choices(NewEmployeeForm(hired_on=clock.today()), db.session())
    form.job_role_id.choices = job_role_choices(queries.job_roles(db.session()))
    if address := already_led_to(db.session(), current_user.id, form.once.data):
        return redirect(address, code=303)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                values = _values(session, form) | {"job_role_id": form.job_role_id.data or None}
                person = services.create_employee(session, current_user, NewEmployee(**values))
                links.send_welcome(session, person, current_user)
                address = url_for("people.employee", employee_id=person.id)
                remember(session, current_user.id, form.once.data, address)
            flash(_("The person is added. A link for the first sign-in is on its way."), "success")
            return redirect(address, code=303)
        except RuleError as error:
            form.refuse(_beside_field(error))
    return render_form("people/employee_form.html", form, employee=None)


@bp.route("/admin/employees/<int:employee_id>/edit", methods=["GET", "POST"])
@requires(Permission.EMPLOYEE_MANAGE)
def edit_employee(employee_id: int) -> ResponseReturnValue:
    """Change what is kept about a person."""
    person = load(Employee, employee_id)
    manager = person.manager.staff_number if person.manager else ""
    form = _with_choices(EmployeeForm(obj=person, manager_number=manager), db.session())
    if form.validate_on_submit():
        seen = form.version.data or 0
        try:
            with transaction() as session:
                changes = EmployeeChanges(**_values(session, form))
                services.update_employee(
                    session, person, current_user, changes, expected_version=seen
                )
            flash(_("The changes are saved."), "success")
            return see_other("people.employee", employee_id=employee_id)
        except RuleError as error:
            form.refuse(_beside_field(error))
            person = load(Employee, employee_id)
    return render_form("people/employee_form.html", form, employee=person)


@bp.route("/admin/employees/<int:employee_id>/job-role", methods=["GET", "POST"])
@requires(Permission.EMPLOYEE_MANAGE)
def change_job_role(employee_id: int) -> ResponseReturnValue:
    """Give a person another job role; what follows for the curriculum is shown before."""
    person = load(Employee, employee_id)
    asked = request.values.get("job_role_id")
    form = JobRoleForm(
        version=person.version,
        job_role_id=asked if asked is not None else person.job_role_id or "",
        job_role_since=_day(request.args.get("job_role_since")) or clock.today(),
    )
    form.job_role_id.choices = job_role_choices(queries.job_roles(db.session()))
    if form.validate_on_submit():
        new, on = form.job_role_id.data or None, form.job_role_since.data or clock.today()
        seen = form.version.data or 0
        try:
            with transaction() as session:
                services.change_job_role(
                    session, person, current_user, new, on, expected_version=seen
                )
            flash(_("The job role is changed."), "success")
            return see_other("people.employee", employee_id=employee_id)
        except RuleError as error:
            form.refuse(error)
            person = load(Employee, employee_id)
    chosen = form.job_role_id.data or None
    preview = chosen if asked is not None and chosen != person.job_role_id else None
    return render_form("people/job_role.html", form, employee=person, preview=preview)


@bp.route(
    "/admin/employees/<int:employee_id>/<any(suspend, reactivate, leave):change>",
    methods=["GET", "POST"],
)
@requires(Permission.EMPLOYEE_MANAGE)
def change_status(employee_id: int, change: str) -> ResponseReturnValue:
    """Suspend, reactivate or mark as left, after asking."""
    person = load(Employee, employee_id)
    form = VersionForm(version=person.version)
    if form.validate_on_submit():
        service, done = CHANGES[change]
        try:
            with transaction() as session:
                service(session, person, current_user, expected_version=form.version.data or 0)
            flash(str(done), "success")
            return see_other("people.employee", employee_id=employee_id)
        except RuleError as error:
            form.refuse(error)
            person = load(Employee, employee_id)
    return render_form("people/change_status.html", form, employee=person, change=change)


@bp.post("/admin/employees/<int:employee_id>/rights")
@requires(Permission.RIGHT_GRANT)
def grant_right(employee_id: int) -> ResponseReturnValue:
    """Grant one access right."""
    person = load(Employee, employee_id)
    form = _with_choices(GrantForm(), db.session(), any_text=_("The person's own"))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                department_id = optional_id(form.department_id.data)
                services.grant_right(session, person, current_user, form.chosen, department_id)
            flash(_("The right is granted. The person has to sign in again."), "success")
            return see_other("people.employee", employee_id=employee_id)
        except RuleError as error:
            form.refuse(error)
            person = load(Employee, employee_id)
    return _employee_page(person, form)


@bp.post("/admin/employees/<int:employee_id>/rights/<int:grant_id>/revoke")
@requires(Permission.RIGHT_GRANT)
def revoke_right(employee_id: int, grant_id: int) -> ResponseReturnValue:
    """Take one access right away."""
    person = load(Employee, employee_id)
    try:
        with transaction() as session:
            grant = session.get(AccessGrant, grant_id)
            if grant is None or grant.employee_id != person.id:
                raise NotFoundError
            services.revoke_right(session, grant, current_user)
        flash(_("The right is taken away. The person has to sign in again."), "success")
    except RuleError as error:
        flash(translate(error.text, **error.values), "error")
    return see_other("people.employee", employee_id=employee_id)


@bp.post("/admin/employees/<int:employee_id>/welcome")
@requires(Permission.EMPLOYEE_MANAGE)
def send_welcome(employee_id: int) -> ResponseReturnValue:
    """Send a link for the first sign-in."""
    person = load(Employee, employee_id)
    with transaction() as session:
        links.send_welcome(session, person, current_user)
    flash(_("The link is on its way. It works for seven days."), "success")
    return see_other("people.employee", employee_id=employee_id)


@bp.post("/admin/employees/<int:employee_id>/end-sessions")
@requires(Permission.EMPLOYEE_MANAGE)
def end_sessions_of(employee_id: int) -> ResponseReturnValue:
    """Sign all devices of a person out."""
    person = load(Employee, employee_id)
    with transaction() as session:
        sessions.end_sessions_of(session, person, current_user)
    flash(_("All devices of this person are signed out."), "success")
    return see_other("people.employee", employee_id=employee_id)


@bp.post("/admin/employees/<int:employee_id>/second-factor/remove")
@requires(Permission.EMPLOYEE_MANAGE)
def remove_second_factor_of(employee_id: int) -> ResponseReturnValue:
    """Take the second factor of a lost phone away."""
    person = load(Employee, employee_id)
    with transaction() as session:
        second_factor.remove(session, person, current_user, is_demo=False)
    flash(_("The second factor is removed. The person sets up a new one."), "success")
    return see_other("people.employee", employee_id=employee_id)


@bp.post("/admin/employees/<int:employee_id>/picture/remove")
@requires(Permission.EMPLOYEE_MANAGE)
def remove_picture_of(employee_id: int) -> ResponseReturnValue:
    """Take an unfitting picture away."""
    person = load(Employee, employee_id)
    with transaction() as session:
        profile.remove_picture_of(session, person, current_user)
    flash(_("The picture is removed."), "success")
    return see_other("people.employee", employee_id=employee_id)


def _employee_page(person: Employee, form: GrantForm | None) -> ResponseReturnValue:
    session = db.session()
    can_manage = may(current_user, person, Permission.EMPLOYEE_MANAGE)
    can_grant = may(current_user, person, Permission.RIGHT_GRANT)
    if form is None and can_grant:
        form = _with_choices(GrantForm(formdata=None), session, any_text=_("The person's own"))
    page = render_template(
        "people/employee.html",
        employee=person,
        form=form,
        can_manage=can_manage,
        can_grant=can_grant,
        grants=sorted(person.grants, key=lambda grant: list(RIGHTS).index(grant.right)),
        last_seen=queries.last_seen(session, person.id) if can_manage else None,
        welcome=queries.last_welcome(session, person.id) if can_manage else None,
        now=clock.now(),
        rights=RIGHTS,
        right_hints=RIGHT_HINTS,
        statuses=STATUSES,
        tones=TONES,
    )
    return page, 422 if form is not None and form.errors else 200


def _with_choices(form: Any, session: Session, *, any_text: Any = None) -> Any:
    found = queries.departments(session)
    form.department_id.choices = department_choices(found, any_text=any_text)
    return form


def _values(session: Session, form: Any) -> dict[str, Any]:
    """Return the typed values as the services take them; the manager by the staff number."""
    manager_id = None
    if number := form.manager_number.data:
        manager_id = session.scalar(select(Employee.id).where(Employee.staff_number == number))
        if manager_id is None:
            raise RuleError(NOBODY, field="manager_number")
    return {
        "staff_number": form.staff_number.data,
        "username": form.username.data,
        "name": form.name.data,
        "name_latin": form.name_latin.data or "",
        "email": form.email.data,
        "department_id": int(form.department_id.data),
        "manager_id": manager_id,
        "hired_on": form.hired_on.data,
    }


def _beside_field(error: RuleError) -> RuleError:
    """Return a refusal about the manager beside the field in which the manager was typed."""
    if error.field == "manager_id":
        error.field = "manager_number"
    return error


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
