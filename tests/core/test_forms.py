"""What every form does with what is typed, and with what is sent twice."""

import pytest
from flask import g
from sqlalchemy.exc import IntegrityError
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from tests.factories.people import make_employee
from training_platform.core.db import db
from training_platform.core.errors import RuleError
from training_platform.core.forms import Form, OnceForm, already_led_to, remember


class Sample(Form):
    name = StringField(validators=[InputRequired()])
    password = PasswordField()


def filled(app, **data):
    with app.test_request_context("/", method="POST", data=data):
        form = Sample()
        is_valid = form.validate_on_submit()
        return is_valid, form


def test_text_comes_in_clean(app):
    _valid, form = filled(app, name="  Cafe\u0301\r\n ")

    assert form.name.data == "Café"


def test_passwords_are_left_alone(app):
    _valid, form = filled(app, name="x", password="  e\u0301 ")

    assert form.password.data == "  e\u0301 "


def test_a_refusal_stands_beside_its_field(app):
    with app.test_request_context():
        g.language = "en"
        form = Sample()
        form.refuse(RuleError("Choose another name.", field="name"))
        form.refuse(RuleError("The class is full."))

    assert form.name.errors == ["Choose another name."]
    assert form.form_errors == ["The class is full."]


def test_a_token_leads_where_it_led_first(session):
    remember(session, None, "t1", "/courses/1")
    remember(session, None, "t2", "/courses/2")
    session.flush()

    assert already_led_to(session, None, "t1") == "/courses/1"
    assert already_led_to(session, None, "t3") is None
    assert already_led_to(session, None, None) is None


def test_a_token_is_its_owners(session):
    one, other = make_employee(session), make_employee(session)
    remember(session, one.id, "t1", "/mine")
    session.flush()

    assert already_led_to(session, other.id, "t1") is None


def test_of_two_equal_posts_at_once_one_wins(session):
    employee = make_employee(session)
    remember(session, employee.id, "t1", "/first")
    session.flush()
    remember(session, employee.id, "t1", "/second")

    with pytest.raises(IntegrityError):
        session.flush()


def test_each_blank_form_has_its_own_token(app):
    with app.test_request_context(), app.app_context():
        tokens = {OnceForm().once.data for _ in range(10)}
        db.session.remove()

    assert len(tokens) == 10


@pytest.mark.parametrize("body", ["[1]", "null", "{", '{"name": "x"}'])
def test_a_body_of_json_is_an_empty_form(app, body):
    with app.test_request_context("/", method="POST", data=body, content_type="application/json"):
        form = Sample()

        assert not form.validate_on_submit()
        assert not form.name.data
