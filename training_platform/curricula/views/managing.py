"""Curricula and assignment rules, for HR."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.curricula import services
from training_platform.curricula.forms import ChangeRuleForm, RuleForm, StopRuleForm
from training_platform.curricula.models import AssignmentRule, Course, Curriculum, CurriculumItem
from training_platform.curricula.queries.rules import count_meant, rule_list, some_meant
from training_platform.curricula.views.base import bp
from training_platform.curricula.views.courses import course_choices
from training_platform.people.models import Department, JobRole


@bp.get("/curricula/manage/")
@requires(Permission.CURRICULUM_MANAGE)
def manage() -> ResponseReturnValue:
    """Show the curricula of all job roles."""
    session = db.session()
    curricula = session.execute(
        select(Curriculum, JobRole.name)
        .join(JobRole, JobRole.id == Curriculum.job_role_id)
        .order_by(JobRole.position)
    ).all()
    items = session.execute(
        select(CurriculumItem, Course.title)
        .join(Course, Course.id == CurriculumItem.course_id)
        .order_by(CurriculumItem.job_role_id, CurriculumItem.position)
    ).all()
    return render_template(
        "curricula/manage.html",
        curricula=curricula,
        items=items,
        titles={item.course_id: title for item, title in items},
    )


@bp.get("/curricula/manage/rules")
@requires(Permission.CURRICULUM_MANAGE)
def list_rules() -> ResponseReturnValue:
    """Show the assignment rules."""
    return render_template("curricula/rules.html", page=paginate(db.session(), rule_list()))


@bp.route("/curricula/manage/rules/new", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_MANAGE)
def new_rule() -> ResponseReturnValue:
    """Make an assignment rule, after a look at whom it means."""
    form = RuleForm()
    form.offer(course_choices(), *_choices())
    preview = None
    if form.validate_on_submit():
        if "preview" in request.form:
            preview = _preview(form.rule)
        elif answer := _create(form):
            return answer
    return render_form("curricula/rule.html", form, rule=None, preview=preview)


@bp.route("/curricula/manage/rules/<int:rule_id>", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_MANAGE)
def change_rule(rule_id: int) -> ResponseReturnValue:
    """Change an assignment rule."""
    rule = load(AssignmentRule, rule_id)
    form = ChangeRuleForm(obj=rule)
    form.offer(course_choices(), *_choices())
    preview = _preview(rule) if request.method == "GET" else None
    if form.validate_on_submit():
        if "preview" in request.form:
            preview = _preview(form.rule)
        elif answer := _change(rule, form):
            return answer
    return render_form("curricula/rule.html", form, rule=rule, preview=preview)


@bp.post("/curricula/manage/rules/<int:rule_id>/deactivate")
@requires(Permission.CURRICULUM_MANAGE)
def deactivate_rule(rule_id: int) -> ResponseReturnValue:
    """Stop an assignment rule."""
    rule = load(AssignmentRule, rule_id)
    seen = StopRuleForm().version.data or 0
    with transaction() as session:
        services.deactivate_rule(session, rule, current_user, expected_version=seen)
    flash(_("The rule means nobody new. Who has the course by it keeps it."), "success")
    return see_other(".list_rules")


def _create(form: RuleForm) -> ResponseReturnValue | None:
    if earlier := already_led_to(db.session(), current_user.id, form.once.data):
        return redirect(earlier, 303)
    target = url_for(".list_rules")
    try:
        with transaction() as session:
            services.create_rule(session, current_user, form.rule)
            remember(session, current_user.id, form.once.data, target)
    except RuleError as error:
        form.refuse(error)
        return None
    flash(_("The rule is saved and is being applied."), "success")
    return redirect(target, 303)


def _change(rule: AssignmentRule, form: ChangeRuleForm) -> ResponseReturnValue | None:
    seen = form.version.data or 0
    try:
        with transaction() as session:
            services.change_rule(session, rule, current_user, form.rule, expected_version=seen)
    except RuleError as error:
        form.refuse(error)
        return None
    flash(_("The rule is saved and is being applied."), "success")
    return see_other(".list_rules")


def _preview(rule: Any) -> dict[str, Any]:
    session = db.session()
    total, completed = count_meant(session, rule)
    return {"total": total, "completed": completed, "names": some_meant(session, rule)}


def _choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    session = db.session()
    roles = session.execute(select(JobRole.id, JobRole.name).order_by(JobRole.position))
    departments = session.execute(select(Department.id, Department.name).order_by(Department.path))
    return (
        [(row[0], pick(row[1])) for row in roles],
        [(str(row[0]), pick(row[1])) for row in departments],
    )
