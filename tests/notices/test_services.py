"""What notify promises."""

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from tests.factories.people import make_employee
from training_platform.core.outbox import Mail
from training_platform.core.permissions import Right
from training_platform.notices import services
from training_platform.notices.models import Notice
from training_platform.notices.samples import PLACEHOLDERS
from training_platform.notices.texts import TEXTS
from training_platform.notices.wording import body_of, placeholders, title_of


def test_a_key_notifies_once(session):
    employee = make_employee(session)

    first = services.notify(session, employee.id, "course_completed", key="k", href="/", title="A")
    second = services.notify(session, employee.id, "course_completed", key="k", href="/", title="A")

    assert first is not None
    assert second is None
    assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_a_mail_speaks_the_language_of_its_reader(session, app):
    title = {"zh": "客户资料", "en": "Customer data"}
    reader = make_employee(session, locale="zh")
    other = make_employee(session, locale="en")

    for each in (reader, other):
        services.notify(
            session,
            each.id,
            "course_completed",
            key=f"done:{each.id}",
            href="/records/",
            by_mail=True,
            title=title,
        )

    zh, en = session.scalars(select(Mail).order_by(Mail.id))
    assert "客户资料" in zh.subject
    assert "Customer data" in en.subject
    assert app.config["BASE_URL"] + "/records/" in en.body


def test_every_text_can_be_drawn_without_values():
    for text in TEXTS.values():
        assert "%(" not in text.title % _Dashes() + text.body % _Dashes()


class _Dashes(dict):
    def __missing__(self, key):
        return "–"


def test_a_missing_value_shows_as_a_dash(session):
    assert title_of("course_completed", {}) == "You completed –"


def test_a_due_day_stands_before_the_body(session):
    body = body_of("course_assigned", {"title": "A", "due": "2026-12-01"})

    assert body.startswith("Due on 2026-12-01. ")


def test_a_due_day_that_is_said_already_is_not_said_twice(session):
    values = {"title": "A", "due": "2026-12-01"}

    assert title_of("certificate_expiring", values) == "Your certificate ends on 2026-12-01: A"
    assert body_of("certificate_expiring", values).startswith("Renew it in time")
    with force_locale("zh"):
        assert body_of("course_assigned", values).startswith("截止日期：2026-12-01。")
        assert "。 " not in body_of("course_assigned", values)


def test_every_placeholder_has_a_value_to_preview_it():
    named = {name for kind in TEXTS for name in placeholders(kind)}

    assert named <= PLACEHOLDERS.keys()


def test_an_unknown_kind_is_refused(session):
    employee = make_employee(session)

    with pytest.raises(KeyError):
        services.notify(session, employee.id, "gossip", key="k", href="/")


def test_holders_of_a_right_are_told(session):
    make_employee(session, rights=(Right.HR,))
    make_employee(session, rights=(Right.TRAINER,))

    told = services.notify_holders(
        session, Right.HR, "hr_case_opened", key="case:1", href="/", name="A", title="B"
    )

    assert told == 1
