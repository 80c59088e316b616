"""Asking people to rate: by account and notice, or by mail with a key that works once."""

import secrets
from datetime import datetime, time, timedelta

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from training_platform.core import clock, outbox
from training_platform.core.web import external_url
from training_platform.evaluation.behavior.models import BehaviorAssessment, BehaviorRater
from training_platform.evaluation.behavior.rules import Group
from training_platform.evaluation.behavior.texts import name_for_strangers
from training_platform.notices import services as notices
from training_platform.people.viewer import digest

#: 128 bits, as 22 characters.
KEY_BYTES = 16
#: Superior and person are told before they write that their names are known.
NOTICES = {Group.SELF: "behavior_self", Group.SUPERIOR: "behavior_as_superior"}


def ask(
    session: Session, assessment: BehaviorAssessment, group: Group, employee_id: int
) -> BehaviorRater:
    """Ask somebody with an account to rate, and tell her so."""
    rater = BehaviorRater(
        group=group, employee_id=employee_id, levels={}, comments={}, is_answered=False
    )
    assessment.raters.append(rater)
    session.flush()
    tell(session, rater, NOTICES.get(group, "behavior_to_rate"), "asked")
    return rater


def ask_customer(session: Session, assessment: BehaviorAssessment, email: str) -> BehaviorRater:
    """Ask a customer to rate, by a mail with a key; only the key's digest is kept."""
    rater = BehaviorRater(
        group=Group.CUSTOMER, email=email, levels={}, comments={}, is_answered=False
    )
    assessment.raters.append(rater)
    session.flush()
    send_key(session, rater)
    return rater


def tell(session: Session, rater: BehaviorRater, kind: str, when: str) -> None:
    """Tell somebody with an account that an answer is awaited, once per occasion."""
    assert rater.employee_id is not None  # noqa: S101  # the caller's promise
    assessment = rater.assessment
    notices.notify(
        session,
        rater.employee_id,
        kind,
        key=f"behavior_rater:{rater.id}:{when}",
        href=f"/evaluation/rate/{rater.id}",
        by_mail=True,
        name=assessment.employee.name,
        due=assessment.round.due_on.isoformat(),
    )


def send_key(session: Session, rater: BehaviorRater) -> None:
    """Mail a fresh key; an earlier one stops working.

    The key stands behind the # of the address: browsers send that part to no server, so it is in
    no log and in no referrer.
    """
    key = secrets.token_urlsafe(KEY_BYTES)
    rater.key_digest = digest(key)
    session.flush()
    language = current_app.config["DEFAULT_LOCALE"]
    with force_locale(language):
        subject = gettext("How was our service? Four short questions")
        # Without Flask's context: no page is drawn, so nobody has to count what the bell shows.
        body = current_app.jinja_env.get_template("emails/evaluation/customer.txt").render(
            name=name_for_strangers(rater.assessment.employee),
            address=f"{external_url('behavior.customer')}#{key}",
            key=key,
            due=rater.assessment.round.due_on,
        )
    outbox.send(
        session,
        key=f"behavior:{rater.key_digest[:32]}",
        recipient=rater.email or "",
        subject=subject,
        body=body,
        kind="behavior.customer",
    )


def ends_at(rater: BehaviorRater) -> datetime:
    """Return when a customer's key stops working: with the last minute of the due day."""
    day = rater.assessment.round.due_on + timedelta(days=1)
    return datetime.combine(day, time(), clock.company_zone())
