"""Every template parses, has what every page needs, and is used."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

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


@pytest.mark.parametrize("path", FILES, ids=name)
def test_template_parses_and_is_found_by_those_who_name_it(path, environment):
    tree = environment.parse(path.read_text(encoding="utf-8"))

    named = [
        node.template.value
        for node in tree.find_all((nodes.Extends, nodes.FromImport, nodes.Include, nodes.Import))
        if isinstance(node.template, nodes.Const)
    ]

    assert [each for each in named if not (TEMPLATES / each).exists()] == []


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.relative_to(TEMPLATES).parts[0] not in OWN_MARKUP], ids=name
)
def test_only_macros_write_controls_and_tables(path):
    assert RAW.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if p.suffix == ".html" and p.parent != TEMPLATES / "_macros"],
    ids=name,
)
def test_template_stays_small(path):
    if path.name == "styleguide.html":
        return  # it shows everything there is
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_every_template_is_used():
    sources = [path.read_text(encoding="utf-8") for path in FILES]
    sources += [p.read_text(encoding="utf-8") for p in (ROOT / "training_platform").rglob("*.py")]
    everything = "\n".join(sources)

    def is_named(path: Path) -> bool:
        by_pattern = f"{path.parent.name}/_" in everything and path.name.startswith("_")
        by_kind = path.suffix == ".txt" and f"emails/{path.parent.name}/" in everything
        return name(path) in everything or path.name in everything or by_pattern or by_kind

    assert [name(path) for path in FILES if not is_named(path)] == []
