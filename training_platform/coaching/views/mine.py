"""One's own coaching: what to practise, whom to meet, the first month, what was found."""

from typing import Any

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.coaching.models import FirstMonth
from training_platform.coaching.queries import people, slots, spots, weak
from training_platform.coaching.services.plans import plan_of
from training_platform.coaching.views.blueprint import bp, words
from training_platform.core import clock
from training_platform.core import slots as places
from training_platform.core.db import db
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import requires
from training_platform.quizzes.queries import lesson_titles

SHOWN_WEAK = 6


def init_app(app: Flask) -> None:
    """Stand on Today: the first month, and the next one-to-one."""
    places.fill(app, "home.today", _on_today)


@bp.get("/")
@requires(Permission.COACHING_USE)
def mine() -> ResponseReturnValue:
    """Show what a trainee should practise next, and when she meets her coach."""
    session = db.session()
    found = weak.weaknesses_of(session, [current_user.id], SHOWN_WEAK).get(current_user.id, [])
    return render_template(
        "coaching/mine.html",
        weak=found,
        lessons=titles_of(found),
        coaches=people.coaches_of(session, current_user.id),
        offered=slots.offered_slots(session, current_user.id),
        coming=slots.coming_meetings(session, current_user.id),
        held=paginate(session, slots.meetings_of(current_user.id), per_page=10),
        plan=plan_of(session, current_user.id),
        checks=_checks(),
        today=clock.today(),
        **words(),
    )


@bp.get("/first-month")
@requires(Permission.COACHING_USE)
def first_month() -> ResponseReturnValue:
    """Show the plan of one's own first month."""
    plan = plan_of(db.session(), current_user.id)
    return render_template(
        "coaching/first_month.html", plan=plan, own=True, today=clock.today(), **words()
    )


def titles_of(found: list[weak.Weakness]) -> Any:
    """Return the titles of the lessons that weak checks lead to, by id."""
    lessons = [each.lesson for each in found if each.lesson]
    return lesson_titles(db.session(), {each.split("/")[0] for each in lessons}) if lessons else {}


def steps_of(plan: FirstMonth) -> people.Steps:
    """Return how far a first month is."""
    done = sum(item.done_at is not None for item in plan.items)
    late = sum(item.done_at is None and item.due_on < clock.today() for item in plan.items)
    return people.Steps(done, len(plan.items), late)


def _checks() -> list[tuple[Any, Any]]:
    session = db.session()
    found = session.scalars(spots.checks_of(current_user.id).limit(5)).all()
    rates = spots.accuracies(session, [each.id for each in found])
    return [(each, rates.get(each.id)) for each in found]


def _on_today() -> str:
    """Say what the first month asks for this week, and when the next one-to-one is."""
    session = db.session()
    if not slots.has_anything_today(session, current_user.id):
        return ""
    plan = plan_of(session, current_user.id)
    coming = slots.coming_meetings(session, current_user.id)
    is_under_way = plan is not None and plan.is_asked(clock.today())
    if not is_under_way and not coming:
        return ""
    return render_template(
        "coaching/_today.html",
        plan=plan if is_under_way else None,
        steps=steps_of(plan) if plan is not None and is_under_way else None,
        coming=coming[:2],
        today=clock.today(),
        **words(),
    )
