"""A coach's trainees, and a trainee's page for those who look after her."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from training_platform.coaching.forms import CareForm
from training_platform.coaching.models import FirstMonthItem
from training_platform.coaching.queries import people, slots, spots, weak
from training_platform.coaching.reach import Reach, reach_of
from training_platform.coaching.services import care, plans
from training_platform.coaching.services.plans import plan_of
from training_platform.coaching.views.blueprint import bp, reached, words
from training_platform.coaching.views.mine import SHOWN_WEAK, titles_of
from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission, Right, may
from training_platform.core.tables import paginate
from training_platform.core.web import requires, see_other


@bp.get("/trainees")
@requires(Permission.COACHING_COACH)
def trainees() -> ResponseReturnValue:
    """List the people in one's care: where they are weak, when they practised, what comes next."""
    session, text = db.session(), request.args.get("q", "")
    page = paginate(session, people.trainees(current_user, text))
    ids = [row.id for row in page.rows]
    return render_template(
        "coaching/trainees.html",
        page=page,
        text=text,
        weak=weak.weaknesses_of(session, ids),
        practised=weak.last_practice(session, ids),
        meetings=people.next_meetings(session, current_user.id, ids),
        months=people.first_months(session, ids),
        may_take=_takes_on(),
        **words(),
    )


@bp.get("/trainees/new")
@requires(Permission.COACHING_COACH)
def candidates() -> ResponseReturnValue:
    """Find somebody to take into one's care."""
    text = request.args.get("q", "")
    page = paginate(db.session(), people.candidates(current_user, text)) if _takes_on() else None
    return render_template("coaching/candidates.html", page=page, text=text, **words())


@bp.get("/people/<int:employee_id>")
@requires(Permission.COACHING_READ)
def person(employee_id: int) -> ResponseReturnValue:
    """Show a trainee to her coach, line manager, head or HR."""
    reach = reached(employee_id)
    session = db.session()
    found = weak.weaknesses_of(session, [reach.id], SHOWN_WEAK).get(reach.id, [])
    checks = paginate(session, spots.checks_of(reach.id), per_page=10)
    coaches = people.coaches_of(session, reach.id)
    is_mine = current_user.id in {row.id for row in coaches}
    return render_template(
        "coaching/person.html",
        reach=reach,
        weak=found,
        lessons=titles_of(found),
        practised=weak.last_practice(session, [reach.id]).get(reach.id),
        coaches=coaches,
        meetings=session.execute(slots.meetings_of(reach.id).limit(10)).all(),
        plan=plan_of(session, reach.id),
        checks=checks,
        rates=spots.accuracies(session, [each.id for each in checks.rows]),
        care_form=_care_form(reach, {row.id for row in coaches}),
        may_take=_takes_on() and not is_mine and reach.id != current_user.id,
        is_mine=is_mine,
        may_plan=may(current_user, reach, Permission.COACHING_PLAN_MANAGE),
        may_check=may(current_user, reach, Permission.SPOT_CHECK_MAKE),
        today=clock.today(),
        **words(),
    )


@bp.post("/people/<int:employee_id>/care")
@requires(Permission.COACHING_CARE_MANAGE)
def begin_care(employee_id: int) -> ResponseReturnValue:
    """Give a trainee a coach, or take her on."""
    reach = reached(employee_id, Permission.COACHING_CARE_MANAGE)
    chosen = request.form.get("coach_id", type=int) or current_user.id
    try:
        with transaction() as session:
            care.take_into_care(session, reach, current_user, chosen)
    except RuleError as error:
        flash(translate(error.text), "warning")
    else:
        flash(_("%(name)s has a coach now, and both are told.", name=reach.name), "success")
    return see_other(".person", employee_id=employee_id)


@bp.post("/people/<int:employee_id>/care/<int:coach_id>/end")
@requires(Permission.COACHING_CARE_MANAGE, Permission.COACHING_PLAN_MANAGE)
def end_care(employee_id: int, coach_id: int) -> ResponseReturnValue:
    """Take a trainee out of a coach's care."""
    reach = reached(employee_id)
    with transaction() as session:
        care.end_care(session, reach, current_user, coach_id)
    flash(_("The coach no longer looks after %(name)s.", name=reach.name), "success")
    left = reach_of(db.session(), employee_id)
    if may(current_user, left, Permission.COACHING_READ):
        return see_other(".person", employee_id=employee_id)
    return see_other(".trainees")


@bp.post("/people/<int:employee_id>/first-month")
@requires(Permission.COACHING_PLAN_MANAGE)
def start_first_month(employee_id: int) -> ResponseReturnValue:
    """Make the plan of the first month."""
    reach = reached(employee_id, Permission.COACHING_PLAN_MANAGE)
    try:
        with transaction() as session:
            plans.start_plan(session, reach, current_user)
    except RuleError as error:
        flash(translate(error.text), "warning")
    else:
        flash(_("The plan of the first month is made."), "success")
    return see_other(".person", employee_id=employee_id)


@bp.post("/first-month/<int:step_id>")
@requires(Permission.COACHING_READ)
def tick(step_id: int) -> ResponseReturnValue:
    """Tick a step of a first month off, or take the tick back."""
    item = db.session.get(FirstMonthItem, step_id)
    if item is None:
        raise NotFoundError
    reach = reached(item.plan.employee_id)
    is_done = request.form.get("done") == "1"
    with transaction() as session:
        plans.tick_by_hand(session, item, reach, current_user, is_done=is_done)
    if reach.id == current_user.id:
        return see_other(".first_month")
    return see_other(".person", employee_id=reach.id)


def _takes_on() -> bool:
    """Tell whether the person takes trainees on herself; mentors are asked by others."""
    return bool(current_user.has(Right.CRM_COACH, Right.TRAINER))


def _care_form(reach: Reach, known: set[int]) -> CareForm | None:
    """Return the form that chooses a coach, for those who may choose another than themselves."""
    if not care.chooses(current_user, reach):
        return None
    form = CareForm()
    form.coach_id.choices = [
        SelectChoice(ident, name)
        for ident, name in people.all_coaches(db.session())
        if ident not in known | {reach.id}
    ]
    return form
