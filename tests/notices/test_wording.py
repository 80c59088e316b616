"""What HR may write in a notice, and what becomes of it."""

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from training_platform.core.audit import AuditEvent
from training_platform.core.errors import ConflictError, NotPermittedError, RuleError
from training_platform.core.outbox import Mail
from training_platform.core.permissions import Right
from training_platform.notices import rewording, services, wording
from training_platform.notices.texts import TEXTS
from training_platform.people.viewer import viewer_of

KIND = "quiz_passed"  # title, percent


@pytest.fixture
def hr(session):
    return viewer_of(session, make_employee(session, rights=(Right.HR,)))


def texts(title="通过：{title}", **changes):
    said = {
        "zh": {"title": title, "body": "得分 {percent}"},
        "en": {"title": "Well done: {title}", "body": "{percent} percent"},
    }
    for key, value in changes.items():
        code, part = key.split("_")
        said[code][part] = value
    return said


def mail_of(session, **values):
    reader = make_employee(session, locale="en")
    services.notify(
        session, reader.id, KIND, key=f"k{reader.id}", href="/", by_mail=True, percent=90, **values
    )
    return session.scalars(select(Mail).where(Mail.employee_id == reader.id)).one()


def test_a_mail_says_what_hr_wrote(session, hr):
    rewording.reword(session, hr, KIND, texts(), expected_number=0)

    mail = mail_of(session, title={"zh": "甲", "en": "Customer data"})

    assert mail.subject == "Well done: Customer data"
    assert "90 percent" in mail.body


def test_the_shipped_text_can_be_brought_back(session, hr):
    rewording.reword(session, hr, KIND, texts(), expected_number=0)
    rewording.reword(session, hr, KIND, None, expected_number=1)

    assert mail_of(session, title="A").subject == "You passed A"
    assert [row.number for row in rewording.history(session, KIND)] == [2, 1]


def test_every_change_of_a_text_is_in_the_audit_log(session, hr):
    rewording.reword(session, hr, KIND, texts(), expected_number=0)
    rewording.reword(session, hr, KIND, None, expected_number=1)

    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-2:] == ["notices.reword", "notices.restore_wording"]


def test_two_who_word_it_at_once_do_not_overwrite_each_other(session, hr):
    rewording.reword(session, hr, KIND, texts(), expected_number=0)

    with pytest.raises(ConflictError):
        rewording.reword(session, hr, KIND, texts("又：{title}"), expected_number=0)


def test_only_hr_words_notices(session):
    head = viewer_of(session, make_employee(session, rights=(Right.ADMIN,)))

    with pytest.raises(NotPermittedError):
        rewording.reword(session, head, KIND, texts(), expected_number=0)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("en_title", ""),
        ("en_title", "x" * 151),
        ("en_title", "two\nlines"),
        ("en_title", "{salary}"),
        ("en_body", "{title.__class__}"),
        ("en_body", "{{ title }}"),
        ("en_body", "{% set x = 1 %}"),
        ("en_body", "an open {title"),
        ("zh_body", "<script>alert(1)</script>"),
        ("zh_body", "<a href='https://evil.example'>"),
        ("zh_body", "&#60;b&#62;"),
        ("en_body", "turned \u202e round"),
        ("en_body", "bell \x07"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_beside_its_field(field, text):
    with pytest.raises(RuleError) as refused:
        wording.check(KIND, texts(**{field: text}))

    assert refused.value.field == field


def test_every_shipped_text_could_be_saved_as_it_is(app):
    with app.app_context():
        for kind in TEXTS:
            wording.check(kind, wording.shipped(kind))


def test_a_percent_sign_stays_one(app):
    with app.app_context():
        assert "{percent} %." in wording.shipped(KIND)["en"]["body"]


@pytest.mark.parametrize(
    "title",
    ["{percent}", "%(percent)s", "<b>x</b>", "100 %", "a\r\nBcc: b@evil.example"],
)
def test_a_hostile_value_stays_plain_text(session, hr, title):
    rewording.reword(session, hr, KIND, texts(), expected_number=0)

    mail = mail_of(session, title=title)

    assert mail.subject == "Well done: " + " ".join(title.split())


def test_a_hostile_value_stays_plain_text_in_the_shipped_text(session):
    assert mail_of(session, title="%(percent)s {percent}").subject == (
        "You passed %(percent)s {percent}"
    )
