"""Who may be put before customers today, on what proof, until when; and the rule, for HR."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from training_platform.archives.compliance import queries, services
from training_platform.archives.compliance.forms import RuleForm
from training_platform.archives.compliance.items import Item, RoleNeeds, known_exams, needs_by_role
from training_platform.archives.compliance.rules import ItemKind
from training_platform.archives.compliance.rules import readiness as judge
from training_platform.archives.compliance.texts import item_name, shared_words
from training_platform.archives.compliance.views.base import bp, filters, wanted
from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import render_form, requires, see_other
from training_platform.curricula.models import Course
from training_platform.practicals.models import Practical


@bp.get("/team/readiness")
@requires(Permission.COMPLIANCE_READ)
def readiness() -> ResponseReturnValue:
    """Show who is ready for customers today, with the proofs, and what the others lack."""
    session, narrowed, today = db.session(), wanted(), clock.today()
    roles = {key: role for key, role in needs_by_role(session).items() if role.ready}
    statement = queries.people(current_user, roles, narrowed)
    page = paginate(session, statement)
    cells = queries.cells_of(session, page.rows, roles)
    verdicts = {
        row.id: judge(
            [(item.key, cells[row.id][item.key].until) for item in roles[row.job_role_id].ready],
            today,
        )
        for row in page.rows
    }
    return render_template(
        "archives/compliance/readiness.html",
        page=page,
        roles=roles,
        cells=cells,
        verdicts=verdicts,
        counts=queries.count_states(session, statement, roles.values()),
        wanted=narrowed,
        today=today,
        may_manage=may(current_user, None, Permission.COMPLIANCE_MANAGE),
        **filters(roles),
        **shared_words(),
    )


@bp.get("/archives/compliance/rules")
@requires(Permission.COMPLIANCE_MANAGE)
def rules() -> ResponseReturnValue:
    """Show what each job role needs before customers."""
    roles = needs_by_role(db.session())
    return render_template("archives/compliance/rules.html", roles=roles.values(), **shared_words())


@bp.route("/archives/compliance/rules/<job_role_id>", methods=["GET", "POST"])
@requires(Permission.COMPLIANCE_MANAGE)
def rule(job_role_id: str) -> ResponseReturnValue:
    """Let HR write what a job role needs before customers."""
    role = services.role_needs(db.session(), job_role_id)
    known = _offered(role)
    needs = [item.key for item in role.ready]
    form = RuleForm(data={"version": role.version, "needs": needs, "due_days": role.due_days})
    form.needs.choices = [(key, item_name(i.kind, pick(i.title))) for key, i in known.items()]
    if form.validate_on_submit():
        seen, days = form.version.data or 0, form.due_days.data or 0
        chosen = [known[key] for key in form.needs.data or ()]
        try:
            with transaction() as session:
                services.change_rule(
                    session, role, current_user, chosen, days, expected_version=seen
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The rule is saved and holds from now on."), "success")
            return see_other(".rules")
    return render_form("archives/compliance/rule.html", form, role=role)


def _offered(role: RoleNeeds) -> dict[str, Item]:
    """Return what may be needed: all certificates, exams and tasks; what was chosen stays."""
    session = db.session()
    courses = session.execute(
        select(Course.id, Course.title).where(Course.is_withdrawn.is_(False)).order_by(Course.id)
    )
    tasks = session.execute(
        select(Practical.id, Practical.title, Practical.job_roles)
        .where(Practical.is_withdrawn.is_(False))
        .order_by(Practical.id)
    )
    offered = [Item(ItemKind.CERTIFICATE, each.id, each.title) for each in courses]
    offered += [Item(ItemKind.EXAM, each.id, each.title) for each in known_exams()]
    offered += [
        Item(ItemKind.PRACTICAL, each.id, each.title)
        for each in tasks
        if role.job_role_id in each.job_roles
    ]
    return {item.key: item for item in [*offered, *role.ready]}
