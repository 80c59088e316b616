"""Lists keep their place in the address."""

import pytest
from flask import url_for

from training_platform.core.navigation import address_of
from training_platform.core.tables import with_query


@pytest.mark.parametrize(
    ("asked", "changes", "address"),
    [
        ("/notices", {}, "/notices"),
        ("/notices?page=2&x=1", {"page": 3}, "/notices?page=3&x=1"),
        ("/notices?page=2", {"page": None}, "/notices"),
        ("/notices?q=", {"lang": "zh"}, "/notices?lang=zh"),
        ("/courses/a-course?q=1", {"lang": "zh"}, "/courses/a-course?q=1&lang=zh"),
        ("/courses/a%20b?course_id=other", {}, "/courses/a%20b"),
        ("/nowhere?q=1", {"page": 2}, "/nowhere"),
    ],
)
def test_the_present_address_with_a_change(app, asked, changes, address):
    with app.test_request_context(asked):
        assert with_query(**changes) == address


@pytest.mark.parametrize("value", ["a b&c=d", "中文", "100%", "'\"<>#?/:@!$*,()"])
def test_values_are_written_as_in_any_other_address(app, value):
    with app.test_request_context("/notices"):
        assert with_query(q=value) == url_for("notices.index", q=value)


def test_several_addresses_of_one_page_are_those_of_that_page(app):
    with app.test_request_context("/notices?page=2"):
        drawn = [with_query(page=number) for number in (1, 3)]

    assert drawn == ["/notices?page=1", "/notices?page=3"]


def test_addresses_know_where_the_platform_is_mounted(app):
    drawn = []
    for root in ("", "/academy", ""):
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            drawn.append(address_of("notices.index"))

    assert drawn == ["/notices", "/academy/notices", "/notices"]
