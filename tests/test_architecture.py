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
        "library",
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


def imported_from_above(path: Path) -> list[str]:
    """Name the packages that a file imports although they stand above or beside its own."""
    own = path.relative_to(PACKAGE).parts[0]
    packages = {name.split(".")[1] for name in imported_modules(path)} & RANK.keys()
    return sorted(name for name in packages - {own} if RANK[name] >= RANK[own])


def test_imports_point_downwards():
    upward = {str(path.relative_to(PACKAGE)): imported_from_above(path) for path in MODULES}

    assert len(upward) > 500
    assert {path: names for path, names in upward.items() if names} == {}


@pytest.mark.parametrize("word", ["current_user", "import request", ".commit()"])
def test_services_never_see_the_request(word):
    paths = [path for path in MODULES if path.name == "services.py"]

    assert paths
    assert [str(path) for path in paths if word in path.read_text(encoding="utf-8")] == []


def test_only_one_place_commits():
    commits = [path.name for path in PACKAGE.rglob("*.py") if ".commit()" in path.read_text()]

    assert commits == ["db.py"]
