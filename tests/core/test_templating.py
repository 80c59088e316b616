"""Templates are compiled once a language, and put out what Jinja's own way would."""

import pytest
from flask_babel import force_locale
from jinja2 import DictLoader
from markupsafe import Markup

from training_platform.core.templating import LeanEnvironment

TEMPLATES = {
    "greeting.html": '{% from "macros.html" import named %}'
    '{{ _("Sign out") }} {{ html_lang() }} {{ named() }}',
    "macros.html": '{% macro named() %}{{ _("Search") }}{% endmacro %}',
    "outer.html": '{% include "greeting.html" %}',
    "output.html": "{{ value }}",
    "filled.html": '{{ _("Copy %(name)s", name=value) }}{{ "<b>" ~ value }}',
    "loop.html": "{% for each in value %}{{ each.upper() }}{{ loop.index }}{% endfor %}",
    "icons.html": '{{ draw_icon("x") }}{{ draw_icon("x", label=value) }}',
    "mail.txt": "{{ value }} & {{ _('Sign out') }}",
}


@pytest.fixture
def render(app):
    """Render a small template in a language."""
    environment = app.jinja_env.overlay(loader=DictLoader(TEMPLATES))

    def draw(name, code="en", **values):
        with app.test_request_context(), force_locale(code):
            return environment.get_template(name).render(**values)

    return draw


@pytest.mark.parametrize("name", ["greeting.html", "outer.html"])
def test_one_process_speaks_both_languages_with_what_a_page_imports_and_includes(render, name):
    drawn = [render(name, code) for code in ("en", "zh", "en")]

    assert drawn == ["Sign out en Search", "退出登录 zh-CN 搜索", "Sign out en Search"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain 中文", "plain 中文"),
        ('<b> & "it\'s"', "&lt;b&gt; &amp; &#34;it&#39;s&#34;"),
        (Markup("<b>"), "<b>"),
        (None, "None"),
        (4, "4"),
        (["<"], "[&#39;&lt;&#39;]"),
    ],
)
def test_output_is_escaped(render, value, shown):
    assert render("output.html", value=value) == shown


def test_what_is_missing_shows_nothing(render):
    assert render("output.html") == ""


def test_values_are_escaped_in_texts_and_beside_them(render):
    assert render("filled.html", value="<i>") == "Copy &lt;i&gt;&lt;b&gt;&lt;i&gt;"


def test_methods_are_called_in_loops(render):
    assert render("loop.html", value=["a", "b"]) == "A1B2"


def test_an_icon_says_what_it_shows_only_where_it_has_a_label(render):
    decoration, _, image = render("icons.html", value="<Close>").partition("</svg>")

    assert 'aria-hidden="true"' in decoration
    assert 'role="img" aria-label="&lt;Close&gt;"' in image


def test_mails_are_not_escaped(render):
    assert render("mail.txt", value="<a> & b") == "<a> & b & Sign out"


def test_the_application_draws_with_it(app):
    assert isinstance(app.jinja_env, LeanEnvironment)
