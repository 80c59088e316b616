"""Assignments: who has what, assigning by hand, taking back."""

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.utils import redirect

from training_platform.core import jobs
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.curricula import rules, services
from training_platform.curricula.forms import ConfirmForm, TermsForm
from training_platform.curricula.models import Assignment
from training_platform.curricula.queries import team
from training_platform.curricula.texts import ASSIGNMENT_STATES, SOURCES
from training_platform.curricula.views.base import bp
from training_platform.curricula.views.courses import course_choices, load_course
from training_platform.people.models import Employee

#: What fits into one form and one transaction; more people are a case for a rule.
AT_MOST = 500
#: More than so many are done by a job.
AT_ONCE = 50


@bp.get("/curricula/assignments")
@requires(Permission.ASSIGNMENT_MANAGE)
def assignments() -> ResponseReturnValue:
    """Show the assignments of the people in the viewer's reach."""
    state = request.args.get("state", "open")
    wanted = {"query": request.args.get("q", ""), "course": request.args.get("course", "")}
    employee_id = request.args.get("employee", type=int) or 0
    statement = team.assignments(current_user, state=state, employee_id=employee_id, **wanted)
    return render_template(
        "curricula/assignments.html",
        page=paginate(db.session(), statement),
        state=state,
        wanted=wanted,
        courses=course_choices(),
        states=ASSIGNMENT_STATES,
        sources=SOURCES,
    )


@bp.post("/curricula/assignments/<int:assignment_id>/withdraw")
@requires(Permission.ASSIGNMENT_MANAGE)
def withdraw(assignment_id: int) -> ResponseReturnValue:
    """Take back an assignment by hand or by a rule."""
    assignment = load(Assignment, assignment_id)
    with transaction() as session:
        services.withdraw_assignment(session, assignment, current_user)
    flash(_("The assignment is withdrawn. What was done in the course is kept."), "success")
    return see_other(".assignments")


@bp.get("/curricula/assign")
@requires(Permission.ASSIGNMENT_MANAGE)
def assign() -> ResponseReturnValue:
    """Choose people and a course."""
    return _show_choice(TermsForm(request.args if "course_id" in request.args else None))


@bp.get("/curricula/assign/check")
@requires(Permission.ASSIGNMENT_MANAGE)
def check_assignment() -> ResponseReturnValue:
    """Show what the assignment would do, before it is done."""
    form = TermsForm(request.args)
    form.offer(course_choices())
    chosen = _chosen()
    try:
        if not form.validate():
            return _show_choice(form)
        if not chosen:
            raise RuleError(_("Choose at least one person."))
        if len(chosen) > AT_MOST:
            raise RuleError(_("Choose at most 500 people, or make a rule for them."))
        course = load_course(form.course_id.data)
        required, due_on = bool(form.is_required.data), form.due_on.data
        services.check_terms(course, due_on, required=required)
    except RuleError as error:
        form.refuse(error)
        return _show_choice(form)
    ask = rules.Ask(required, due_on if required else None)
    confirm = ConfirmForm(
        course_id=course.id,
        is_required="1" if required else "",
        due_on=due_on.isoformat() if due_on and required else "",
    )
    plan = services.plan_assignment(db.session(), chosen, course, ask)
    return _show_confirmation(confirm, course, ask, plan)


@bp.post("/curricula/assign/check")
@requires(Permission.ASSIGNMENT_MANAGE)
def confirm_assignment() -> ResponseReturnValue:
    """Assign as it was checked."""
    form = ConfirmForm()
    course_id, required, due_on = form.terms
    course, chosen = load_course(course_id), _by_id(request.form.getlist("employee", type=int))
    if earlier := already_led_to(db.session(), current_user.id, form.once.data):
        return redirect(earlier, 303)
    target = url_for(".assignments")
    try:
        with transaction() as session:
            services.check_terms(course, due_on, required=required)
            if len(chosen) > AT_ONCE:
                _put_job(session, form, chosen)
            else:
                services.assign_course(
                    session, chosen, current_user, course, due_on, required=required
                )
            remember(session, current_user.id, form.once.data, target)
    except RuleError as error:
        form.refuse(error)
        ask = rules.Ask(required, due_on)
        plan = services.plan_assignment(db.session(), chosen, course, ask)
        return _show_confirmation(form, course, ask, plan)
    flash(
        ngettext(
            "The course is assigned to one person.",
            "The course is assigned to %(num)s people.",
            len(chosen),
        )
        if len(chosen) <= AT_ONCE
        else _("The course is being assigned. The list fills in a moment."),
        "success",
    )
    return redirect(target, 303)


def _show_choice(form: TermsForm) -> ResponseReturnValue:
    session = db.session()
    query, department = request.args.get("q", ""), request.args.get("department", type=int)
    statement = team.assignable(current_user, query=query, department=department)
    form.offer(course_choices())
    return render_form(
        "curricula/assign.html",
        form,
        page=paginate(session, statement),
        query=query,
        department=department,
        chosen=frozenset(request.args.getlist("employee", type=int)),
        departments=[
            (number, pick(name))
            for number, name in team.departments_in_reach(session, current_user)
        ],
    )


def _show_confirmation(
    form: ConfirmForm, course: Any, ask: rules.Ask, plan: services.Assigned
) -> ResponseReturnValue:
    return render_form("curricula/assign_check.html", form, course=course, ask=ask, plan=plan)


def _chosen() -> list[Employee]:
    """Return the chosen people: those ticked, or all that the filter finds."""
    if "everybody" not in request.args:
        return _by_id(request.args.getlist("employee", type=int))
    statement = team.assignable(
        current_user,
        query=request.args.get("q", ""),
        department=request.args.get("department", type=int),
    )
    return list(db.session.scalars(statement.limit(AT_MOST + 1)))


def _by_id(ids: Sequence[int]) -> list[Employee]:
    """Return employees by their ids; NotFoundError if one of them is not in the viewer's reach."""
    found = db.session.scalars(
        select(Employee)
        .where(Employee.id.in_(ids))
        .options(joinedload(Employee.department))
        .order_by(Employee.name, Employee.id)
    ).all()
    if len(found) != len(set(ids)) or not all(
        may(current_user, each, Permission.ASSIGNMENT_MANAGE) for each in found
    ):
        raise NotFoundError
    return list(found)


def _put_job(session: Any, form: ConfirmForm, chosen: Sequence[Employee]) -> None:
    course_id, required, due_on = form.terms
    payload = {
        "employee_ids": [each.id for each in chosen],
        "course_id": course_id,
        "required": required,
        "due_on": due_on.isoformat() if due_on else None,
        "actor_id": current_user.id,
    }
    key = f"{current_user.id}:{form.once.data}"
    jobs.put(session, "curricula.assign", payload, key=key, owner_id=current_user.id)
