"""The second factor, and the gate before everything else."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from tests.factories.people import make_employee
from training_platform.core import clock, crypto
from training_platform.core.errors import RuleError, TooManyTriesError
from training_platform.core.permissions import Right
from training_platform.people import passwords
from training_platform.people.models import Employee
from training_platform.people.services import second_factor as factors
from training_platform.people.viewer import viewer_of

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def trainer(session):
    return make_employee(session, rights=(Right.TRAINER,))


@pytest.fixture
def enrolled(session, trainer):
    """A trainer with a second factor, and her recovery codes."""
    with clock.stopped(NOON):
        viewer = viewer_of(session, trainer)
        _token, codes = factors.enrol(session, viewer, SECRET, code_at(NOON))
    session.refresh(trainer)
    return viewer, codes


def code_at(instant):
    return pyotp.TOTP(SECRET).at(instant)


def show(session, viewer, code, at):
    with clock.stopped(at):
        return factors.show_code(session, viewer, code)


def test_a_code_opens_once(session, enrolled):
    viewer, _codes = enrolled
    later = NOON + timedelta(minutes=2)

    assert show(session, viewer, code_at(later), later)
    assert show(session, viewer, code_at(later), later) is None


def test_the_code_of_enrolment_does_not_open_again(session, enrolled):
    viewer, _codes = enrolled

    assert show(session, viewer, code_at(NOON), NOON) is None


@pytest.mark.parametrize(("seconds", "opens"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_clocks_may_differ_by_one_step(session, enrolled, seconds, opens):
    viewer, _codes = enrolled
    now = NOON + timedelta(hours=1)

    token = show(session, viewer, code_at(now + timedelta(seconds=seconds)), now)

    assert bool(token) is opens


def test_each_recovery_code_opens_once(session, enrolled):
    viewer, codes = enrolled

    assert len(set(codes)) == 10
    assert show(session, viewer, codes[0].upper(), NOON)
    assert show(session, viewer, codes[0], NOON) is None
    assert factors.count_recovery_codes(session, viewer.id) == 9


def test_the_eleventh_wrong_code_has_to_wait(session, enrolled):
    viewer, _codes = enrolled
    for _time in range(10):
        show(session, viewer, "000000", NOON + timedelta(hours=1))

    with pytest.raises(TooManyTriesError):
        show(session, viewer, "000000", NOON + timedelta(hours=1))


def test_secret_and_recovery_codes_are_not_readable_in_the_database(session, trainer, enrolled):
    _viewer, codes = enrolled

    assert SECRET not in trainer.totp_secret
    assert crypto.decrypt(trainer.totp_secret, purpose=factors.PURPOSE) == SECRET
    assert codes[0] not in str(session.execute(factors.select(factors.RecoveryCode.digest)).all())


def test_a_secret_of_another_key_is_unreadable(app, session, trainer, enrolled):
    app.config["SECRET_KEY"] = "another key of this installation"

    with pytest.raises(crypto.UnreadableSecretError):
        crypto.decrypt(trainer.totp_secret, purpose=factors.PURPOSE)


def test_whoever_needs_it_cannot_remove_her_second_factor(session, trainer, enrolled):
    with pytest.raises(RuleError):
        factors.remove(session, trainer, viewer_of(session, trainer), is_demo=False)


@pytest.mark.parametrize("address", ["/account/", "/account/security", "/people/1"])
def test_without_a_second_factor_privileged_people_reach_only_its_set_up(
    app, client, session, trainer, address
):
    app.config["DEMO"] = False
    session.commit()
    client.sign_in(trainer, has_second_factor=False)

    response = client.get(address)

    assert response.status_code == 303
    assert response.location.startswith("/account/second-factor?next=")


def test_in_the_demo_privileged_people_need_no_second_factor(client, session, trainer):
    session.commit()
    client.sign_in(trainer, has_second_factor=False)

    assert client.get("/account/").status_code == 200


def test_half_signed_in_people_reach_only_the_code_page(client, session, trainer, enrolled):
    session.commit()
    client.sign_in(trainer, has_second_factor=False)

    assert client.get("/account/").location.startswith("/login/code?next=")
    assert client.get("/account/second-factor").location.startswith("/login/code?next=")
    assert client.get("/login/code").status_code == 200
    assert client.post("/account/sessions/end-others").location.startswith("/login/code?next=")


def test_half_signed_in_programs_get_401(client, session, trainer, enrolled):
    session.commit()
    client.sign_in(trainer, has_second_factor=False)

    response = client.get("/account/", headers={"Accept": "application/json"})

    assert response.status_code == 401


def test_a_recovery_code_completes_the_sign_in_with_a_new_token(client, session, trainer, enrolled):
    _viewer, codes = enrolled
    session.commit()
    row = client.sign_in(trainer, has_second_factor=False)
    before = row.token_digest
    session.rollback()

    response = client.post("/login/code?next=/account/security", data={"code": codes[0]})

    assert response.location == "/account/security"
    assert client.get("/account/security").status_code == 200
    session.refresh(row)
    assert row.token_digest != before


def test_setting_up_shows_the_recovery_codes_once(client, session, trainer):
    session.commit()
    client.sign_in(trainer)
    page = client.page("/account/second-factor")
    secret = "".join(page.select("//code")[0].text_content().split())

    shown = client.post("/account/second-factor", data={"code": pyotp.TOTP(secret).now()})

    assert shown.status_code == 200
    assert shown.get_data(as_text=True).count("<li><code>") == 10
    assert client.get("/account/second-factor").location == "/account/security"


def test_wide_digits_of_a_chinese_keyboard_are_digits(session, enrolled):
    viewer, _codes = enrolled
    later = NOON + timedelta(minutes=2)
    wide = code_at(later).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})

    assert show(session, viewer, wide, later)


@pytest.mark.parametrize("code", ["12", "客户客户客户", "\ud7ff"])
def test_a_wrong_code_does_not_set_it_up(client, session, trainer, code):
    session.commit()
    client.sign_in(trainer)

    response = client.post("/account/second-factor", data={"code": code})

    assert response.status_code == 422
    session.expire_all()
    assert session.get(Employee, trainer.id).totp_secret is None


def test_who_must_change_the_password_reaches_nothing_else(client, session):
    person = make_employee(session, must_change_password=True, password="the administrator knows")
    session.commit()
    client.sign_in(person)

    assert client.get("/account/").location.startswith("/account/password?next=")
    client.post(
        "/account/password",
        data={
            "password": "the administrator knows",
            "new_password": "Quiet rivers bend slowly",
            "repeated": "Quiet rivers bend slowly",
        },
    )
    assert client.get("/account/").status_code == 200
    session.refresh(person)
    with clock.stopped(NOON):
        assert passwords.verify(person.password_hash, "Quiet rivers bend slowly")
