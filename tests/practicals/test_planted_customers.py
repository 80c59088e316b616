"""What tasks plant among the customers, as the CRM itself understands it."""

from collections.abc import Mapping
from typing import Any

import pytest

from training_platform.core.db import writing
from training_platform.crm.desk import open_desk
from training_platform.crm.models import WorkspaceKind
from training_platform.crm.queries.duplicates import clusters
from training_platform.crm.queries.tiers import tiers_of
from training_platform.crm.scope import enter
from training_platform.crm.services.workspaces import create_workspace
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.practicals.benches import seat
from training_platform.practicals.drawing import draw
from training_platform.practicals.planting import plant
from training_platform.practicals.world import baseline

pytestmark = pytest.mark.parametrize("crm_database_url", ["sqlite"], indirect=True)
#: It draws first a firm beside which nothing fits; the draw once went on for ever.
NOTHING_FITS = "0"
DIRECTORY = {
    "clusters": 12,
    "near": 6,
    "talks": [{"subject": "名录回访"}],
    "tickets": [{"subject": "卡纸", "channel": "phone", "category": "repair"}],
}


@pytest.fixture
def planted(crm_app):
    """Plant what a generator draws, and return the open desk and the key."""
    employee_id = seat(crm_app).employee_id
    with crm_app.app_context(), writing() as session:
        made = create_workspace(session, employee_id, WorkspaceKind.PRACTICE, 1)
        person = viewer_of(session, session.get_one(Employee, employee_id))
        desk = open_desk(session, made, person, is_writing=True)

        def put(generator: str, options: Mapping[str, Any], seed: str = "any"):
            below = baseline(desk.layer.dataset, desk.layer.dataset_version)
            drawn = draw(generator, seed, options, below, 1)
            plant(desk, drawn)
            return desk, drawn.key

        yield put
        enter(None)


@pytest.mark.parametrize("seed", ["any", NOTHING_FITS])
def test_every_group_stands_by_itself_on_the_page_of_suspected_duplicates(planted, seed):
    desk, key = planted("duplicate_customers", DIRECTORY, seed)

    shown = [sorted(each.id for each in found.customers) for found in clusters(desk)[:30]]
    wanted = [*key["groups"], *key["near"]]
    assert len(wanted) == 18
    assert [each["ids"] for each in wanted if sorted(each["ids"]) not in shown] == []


def test_the_tiers_of_the_key_are_those_that_the_crm_shows(planted):
    desk, key = planted("tier_review", {"stale": 2})

    tiers = tiers_of(desk, [*key["all"], key["bystander"]])
    assert {number for number, tier in tiers.items() if tier == "vip"} == set(key["vip"])
    assert {number for number, tier in tiers.items() if tier == "key"} == set(key["key"])
