"""Which passwords are good enough."""

import pytest

from training_platform.core.errors import RuleError
from training_platform.people import passwords


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "x" * 129,
        "aaaaaaaaaaaaaaaa",
        "123456789012",
        "abcdefghijklmn",
        "password123456",
        "P@ssw0rd2026!!",
        "Woaini5201314",
        "wodemima123456",
        "KehuGuanxi2026",
        "CustomerRelations1",
        "Training-2026-Training",
        "qwertyuiop123",
        "2026-11-21 14:30",
    ],
)
def test_guessable(app, password):
    with app.app_context(), pytest.raises(RuleError):
        passwords.check_new(password)


@pytest.mark.parametrize(
    "password",
    [
        "Quiet rivers bend slowly",
        "七只白鹤飞过了旧城墙头上空",
        "vK3-umbrella-teapot",
        "x7!Lq92#mNb4",
    ],
)
def test_good_enough(app, password):
    with app.app_context():
        passwords.check_new(password)


@pytest.mark.parametrize("part", ["wangxiaoman", "Wang Xiaoman", "CR-00421"])
def test_what_others_know_of_the_person_is_refused(app, part):
    with app.app_context(), pytest.raises(RuleError):
        passwords.check_new(f"heron {part} teapot", personal=(part,))


def test_the_list_has_more_than_a_thousand_entries():
    assert len(passwords.common()) >= 1000


def test_no_account_means_no_match(app):
    with app.app_context():
        assert passwords.verify(None, "nobody has this password") is False
