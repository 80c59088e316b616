"""Small worlds to grade, and a bench to prove tasks at."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.crm.conftest import (  # noqa: F401  # the databases with the dataset, and a desk
    _one_crm_app,
    crm_app,
    crm_database_url,
    crm_postgres_template,
    crm_session,
    crm_sqlite_template,
    desk,
    shared_crm_app,
    stopped_clock,
    trainee,
)
from training_platform.practicals.evidence import Evidence
from training_platform.practicals.schemas import TaskFile
from training_platform.practicals.world import World

FIRMS = {
    1: {
        "id": 1,
        "name": "栖川禾澜机械有限公司",
        "mobile": "15400000001",
        "city": "苏州",
        "owner_id": 1,
    },
    2: {
        "id": 2,
        "name": "临屿衡川食品有限公司",
        "mobile": "15400000002",
        "city": "上海",
        "owner_id": 2,
    },
}
SELLERS = {1: {"id": 1, "name": "林小满"}, 2: {"id": 2, "name": "顾怀远"}}
BELOW = {"customer": FIRMS, "seller": SELLERS}


def world(**evidence: Any) -> World:
    """Return a world over two customers and two sellers."""
    given: dict[str, Any] = {
        "task": "t",
        "revision": 1,
        "dataset": "small",
        "dataset_version": 1,
        "params": {},
        "key": {},
        "started_at": "2025-06-30T01:00:00Z",
        "ended_at": "2025-06-30T01:05:00Z",
        "planted": {},
        "rows": {},
        "events": [],
    }
    return World(Evidence(**(given | evidence)), BELOW)


def customer(number: int, **fields: Any) -> Mapping[str, Any]:
    """Return a customer's row: that of the dataset with changes, or a new one."""
    return {"is_deleted": False, **FIRMS.get(number, {"id": number}), **fields}


def task(*checks: Mapping[str, Any], percent: int = 80, **more: Any) -> TaskFile:
    """Return a task of these checks; what is missing to 100 points goes to the first."""
    given = [{"title": each["id"], "points": 0, **each} for each in checks]
    given[0]["points"] += 100 - sum(each["points"] for each in given)
    wrong = [{"name": f"w{n}", "loses": [given[0]["id"]], "why": "w"} for n in range(3)]
    return TaskFile.model_validate(
        {
            "id": "t",
            "title": "t",
            "summary": "t",
            "job_roles": ["specialist"],
            "skills": ["data-quality"],
            "minutes": 10,
            "generator": "customer_cards",
            "checks": given,
            "passing": {"percent": percent, "required": []},
            "wrong": wrong,
        }
        | more
    )


@pytest.fixture
def small_world() -> World:
    """Nothing was done."""
    return world()
