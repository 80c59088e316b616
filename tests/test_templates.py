"""Every template parses, has what every page needs, and is used.

One test a claim, which names all files that break it: a test a file took longer to plan and
report than to run.
"""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateSyntaxError, nodes

from tests.conftest import app_on
from training_platform.config import ROOT

TEMPLATES = ROOT / "templates"
FILES = sorted(TEMPLATES.rglob("*.html")) + sorted(TEMPLATES.rglob("*.txt"))
#: Where raw controls may be written: the macros themselves, the shell, and documents on paper.
OWN_MARKUP = ("_macros", "_shell", "pdf", "emails")
RAW = re.compile(r"<(label|input|select|textarea|table|fieldset)\b")
MAX_LINES = 160


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Environment:
    """The platform's own, made once: templates ask no database."""
    folder = tmp_path_factory.mktemp("templates")
    return app_on(f"sqlite:///{folder / 'unused.db'}", folder).jinja_env


def test_every_template_parses_and_names_only_what_there_is(environment):
    def problem(path: Path) -> object:
        try:
            tree = environment.parse(path.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            return f"line {error.lineno}: {error.message}"
        named = tree.find_all((nodes.Extends, nodes.FromImport, nodes.Include, nodes.Import))
        files = [node.template.value for node in named if isinstance(node.template, nodes.Const)]
        return [each for each in files if not (TEMPLATES / each).exists()]

    assert len(FILES) > 300
    assert {name(path): wrong for path in FILES if (wrong := problem(path))} == {}


def test_only_macros_write_controls_and_tables():
    paths = [path for path in FILES if path.relative_to(TEMPLATES).parts[0] not in OWN_MARKUP]

    found = {name(path): RAW.findall(path.read_text(encoding="utf-8")) for path in paths}

    assert {each: raw for each, raw in found.items() if raw} == {}


def test_templates_stay_small():
    paths = [p for p in FILES if p.suffix == ".html" and p.parent != TEMPLATES / "_macros"]

    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    lines.pop("styleguide.html", None)  # it shows everything there is

    assert {each: count for each, count in lines.items() if count > MAX_LINES} == {}


def test_every_template_is_used():
    sources = [path.read_text(encoding="utf-8") for path in FILES]
    sources += [p.read_text(encoding="utf-8") for p in (ROOT / "training_platform").rglob("*.py")]
    everything = "\n".join(sources)

    def is_named(path: Path) -> bool:
        by_pattern = f"{path.parent.name}/_" in everything and path.name.startswith("_")
        by_kind = path.suffix == ".txt" and f"emails/{path.parent.name}/" in everything
        return name(path) in everything or path.name in everything or by_pattern or by_kind

    assert [name(path) for path in FILES if not is_named(path)] == []
