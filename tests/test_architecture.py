"""The guard that keeps the rooms apart."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "training_platform"
LAYERS = (
    {"core"},
    {"people"},
    {"notices"},
    {"content", "records"},
    {"assessment"},
    {
        "curricula",
        "quizzes",
        "crm",
        "external_training",
        "classes",
        "facilities",
        "evaluation",
        "mentoring",
    },
    {"practicals", "certificates", "consequences"},
    {"archives", "coaching", "exams"},
    {"home", "studio", "api"},
    {"demo"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
MODULES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if len(path.relative_to(PACKAGE).parts) > 1 and "translations" not in path.parts
)


def imported_modules(path: Path) -> set[str]:
    """Name every module of ours that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("training_platform.")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path):
    own = path.relative_to(PACKAGE).parts[0]
    packages = {name.split(".")[1] for name in imported_modules(path)} & RANK.keys()

    upward = {name for name in packages - {own} if RANK[name] >= RANK[own]}

    assert not upward, f"{own} may not import {sorted(upward)}"


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name == "services.py"], ids=lambda p: p.parent.name
)
def test_services_never_see_the_request(path):
    text = path.read_text(encoding="utf-8")

    assert "current_user" not in text
    assert "import request" not in text
    assert ".commit()" not in text


def test_only_one_place_commits():
    commits = [path.name for path in PACKAGE.rglob("*.py") if ".commit()" in path.read_text()]

    assert commits == ["db.py"]
