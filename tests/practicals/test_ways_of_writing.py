"""The same work written in another way earns the same; one record too many costs its own check."""

from typing import Any

import pytest
from opencc import OpenCC

from tests.conftest import Browser
from training_platform.config import ROOT
from training_platform.practicals import branching
from training_platform.practicals.benches import seat
from training_platform.practicals.branching import run
from training_platform.practicals.files import read_practicals
from training_platform.practicals.grading import grade
from training_platform.practicals.hand import Hand
from training_platform.practicals.schemas import SolutionFile
from training_platform.practicals.world import World

TASK = read_practicals(ROOT)[0]["enter-customers"]
TYPED = {"name", "contact_name", "contact_title", "mobile", "city"}
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_TRADITIONAL = OpenCC("s2t")
WAYS = {
    "as it is": str,
    "full width": lambda text: text.translate(_WIDE),
    "traditional": _TRADITIONAL.convert,
    "spaced": lambda text: f"  {text} ",
}


@pytest.fixture
def bench(crm_app):
    crm_app.test_client_class = Browser
    return seat(crm_app)


@pytest.mark.parametrize("crm_database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("way", WAYS)
def test_the_same_work_earns_the_same_however_it_is_written(way, language, bench, monkeypatch):
    class Writer(Hand):
        def send(self, page: str, fill: Any, **more: Any) -> None:
            written = {
                name: WAYS[way](value) if name in TYPED and page.endswith("/new") else value
                for name, value in fill.items()
            }
            super().send(page, written, **more)

    monkeypatch.setattr(branching, "Hand", Writer)

    result = grade(TASK.task, World(run(TASK, bench, (0, language), TASK.solution)))

    assert {each.check: each.status.value for each in result.outcomes} == {
        each.id: "passed" for each in TASK.task.checks
    }


@pytest.mark.parametrize("crm_database_url", ["sqlite"], indirect=True)
def test_one_unrelated_record_lowers_exactly_the_collateral_check(bench):
    extra = {
        "steps": [
            *(each.model_dump(mode="json", exclude_none=True) for each in TASK.solution.steps),
            {"page": "customer/$key.bystander/edit", "fill": {"remarks": "顺手记一笔"}},
        ]
    }
    whole = grade(TASK.task, World(run(TASK, bench, (0, "zh"), TASK.solution)))
    touched = grade(
        TASK.task, World(run(TASK, bench, (0, "zh"), SolutionFile.model_validate(extra)))
    )

    lower = {
        after.check
        for before, after in zip(whole.outcomes, touched.outcomes, strict=True)
        if after.points < before.points
    }
    assert lower == {"collateral"}
