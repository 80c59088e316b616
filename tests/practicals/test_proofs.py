"""Every task that ships can be passed, and failed in the ways that it names; others are refused."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import BACKENDS, Browser
from training_platform.config import ROOT
from training_platform.content.library import read_library
from training_platform.core.kinds import registered
from training_platform.practicals import proving, stamps
from training_platform.practicals.benches import seat
from training_platform.practicals.commands import FORMATS
from training_platform.practicals.files import SCENARIOS, files_of, read_practicals
from training_platform.practicals.proving import prove
from training_platform.practicals.schemas import SolutionFile

PRACTICALS, MISTAKES = read_practicals(ROOT)
#: The grader knows no database; that the pages act alike on both is for the long run to prove.
EVERYWHERE = [
    pytest.param(name, marks=() if name == "sqlite" else pytest.mark.soak) for name in BACKENDS
]


@pytest.fixture
def bench(crm_app):
    crm_app.test_client_class = Browser
    return seat(crm_app)


def test_the_files_of_all_tasks_are_right():
    assert MISTAKES == []
    assert PRACTICALS


@pytest.mark.parametrize("slug", PRACTICALS)
def test_what_ships_is_what_was_proved(slug):
    files = files_of(ROOT, slug)
    stamp = files[f"{SCENARIOS}/{slug}/{stamps.NAME}"].decode("ascii").strip()

    assert stamp == stamps.stamp_of(files), "flask practicals check --stamp"


@pytest.mark.parametrize("crm_database_url", EVERYWHERE, indirect=True)
@pytest.mark.parametrize("slug", PRACTICALS)
def test_a_task_is_worth_nothing_untouched_everything_solved_and_its_own_losses(slug, bench):
    proof = prove(PRACTICALS[slug], bench, seeds=3)

    assert proof.faults == []
    assert proof.runs == 3 * (2 + len(PRACTICALS[slug].task.wrong))


@pytest.mark.soak
@pytest.mark.parametrize("crm_database_url", BACKENDS, indirect=True)
@pytest.mark.parametrize("slug", PRACTICALS)
def test_a_task_holds_on_fifty_draws(slug, bench):
    began = time.monotonic()
    proof = prove(PRACTICALS[slug], bench, seeds=50)

    said = f"50 draws, {proof.runs} runs, {len(proof.faults)} faults"
    took = f"slowest check {proof.slowest * 1000:.0f} ms, {time.monotonic() - began:.0f} s"
    print(f"  {slug}: {said}, {took}")  # noqa: T201  # for the log of the long proofs
    assert proof.faults == []
    assert proof.runs == 50 * (2 + len(PRACTICALS[slug].task.wrong))


@pytest.mark.parametrize("crm_database_url", ["sqlite"], indirect=True)
def test_a_task_that_cannot_be_proved_says_why(bench, monkeypatch):
    task = PRACTICALS["mend-customer-data"]
    monkeypatch.setattr(proving, "LANGUAGES", ("zh",))
    nothing = SolutionFile(steps=[])
    lost = SolutionFile.model_validate(
        {"steps": [{"page": "customer/99999999/edit", "look": True}]}
    )
    ways = {"not-reported": task.solution, "number-guessed": nothing, "first-four-only": lost}

    faults = prove(replace(task, solution=nothing, wrong=ways), bench, 1).faults

    assert [str(each) for each in faults] == [
        "seed 0, zh, solution: is worth 0.00 of 100, loses ['mended', 'reported']",
        "seed 0, zh, number-guessed: loses ['mended', 'reported'], not ['nothing_spoiled']",
        "seed 0, zh, not-reported: loses [], not ['reported']",
        "seed 0, zh, first-four-only: stuck at customer/99999999/edit: 404",
        "nothing_spoiled: no wrong solution loses it",
        "nothing_spoiled: no wrong solution shows “The missing digit was guessed: the number looks "
        "whole, and a stranger picks up.”",
        "no wrong solution is caught by one check alone",
    ]


def test_tasks_name_skills_lessons_and_job_roles_that_exist(app):
    library = read_library(registered(app), ROOT)
    for practical in PRACTICALS.values():
        task = practical.task
        assert all(library.knows("job_role", each) for each in task.job_roles)
        assert all(library.knows("competency", each) for each in task.skills)
        assert task.course is None or library.knows("course", task.course)
        assert all(library.knows("lesson", c.lesson) for c in task.checks if c.lesson)


def broken(folder: Path, old: str, new: str) -> Path:
    """Write the content folder of one task with a mistake in it."""
    for path in (ROOT / "question_bank").rglob("*"):
        if "mend-customer-data" in str(path) and path.is_file():
            there = folder / path.relative_to(ROOT)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points: 60", "points: 50", ":1: file: is worth 90 points in all, expected 100 points"),
        ("op: is, value: $key.un", "op: like, value: $key.un", "is no operator, expected one of"),
        ("seller", "seller", None),
        ("entity: problem_report\n", "entity: problem\n", "is no entity, expected one of"),
        ("generator: spoiled_records", "generator: magic", "is no generator, expected one of"),
        ("loses: [reported]", "loses: [told]", "names ['told'], expected checks of this task"),
        ("type: exists", "type: exist", "checks[2]: is not right"),
        ("- name: not-reported", "- name: told-nobody", "wrong/told-nobody.yaml is not there"),
    ],
)
def test_a_broken_task_names_its_file_line_and_what_is_expected(tmp_path, old, new, says):
    found, mistakes = read_practicals(broken(tmp_path, old, new))

    if says is None:
        assert (list(found), mistakes) == (["mend-customer-data"], [])
        return
    assert found == {}
    told = [str(each) for each in mistakes]
    assert any(
        line.startswith("question_bank/practicals/mend-customer-data.yaml:") for line in told
    )
    assert any(says in line for line in told), told


def test_the_command_tells_mistakes_and_fails(app, tmp_path):
    app.config["CONTENT_DIR"] = str(broken(tmp_path, "points: 60", "points: 50"))

    result = app.test_cli_runner().invoke(args=["practicals", "check"])

    assert result.exit_code == 1
    assert "question_bank/practicals/mend-customer-data.yaml:1:" in result.output


def test_the_published_schemas_are_those_of_the_formats(app, tmp_path):
    app.test_cli_runner().invoke(args=["practicals", "schemas", "--folder", str(tmp_path)])

    for name in FORMATS:
        shipped = (ROOT / "docs" / "schemas" / name).read_text("utf-8")
        assert shipped == (tmp_path / name).read_text("utf-8")
