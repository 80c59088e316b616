"""The imported directory: what is one firm, and what only seems so, as the CRM shows it."""

import pytest

from training_platform.core.db import writing
from training_platform.crm.desk import open_desk
from training_platform.crm.models import WorkspaceKind
from training_platform.crm.queries.duplicates import clusters
from training_platform.crm.scope import enter
from training_platform.crm.services.workspaces import create_workspace
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.practicals.benches import seat
from training_platform.practicals.drawing import draw
from training_platform.practicals.planting import plant
from training_platform.practicals.world import baseline

OPTIONS = {
    "clusters": 12,
    "near": 6,
    "talks": [{"subject": "名录回访"}],
    "tickets": [{"subject": "卡纸", "channel": "phone", "category": "repair"}],
}


@pytest.mark.parametrize("crm_database_url", ["sqlite"], indirect=True)
def test_every_group_stands_by_itself_on_the_page_of_suspected_duplicates(crm_app):
    bench = seat(crm_app)
    with crm_app.app_context(), writing() as session:
        made = create_workspace(session, bench.employee_id, WorkspaceKind.PRACTICE, 1)
        person = viewer_of(session, session.get_one(Employee, bench.employee_id))
        desk = open_desk(session, made, person, is_writing=True)
        layer = made.layer
        below = baseline(layer.dataset, layer.dataset_version)
        drawn = draw("duplicate_customers", "any", OPTIONS, below, 1)
        plant(desk, drawn)

        shown = [sorted(each.id for each in found.customers) for found in clusters(desk)[:30]]
        enter(None)

    wanted = [*drawn.key["groups"], *drawn.key["near"]]
    assert len(wanted) == 18
    assert [each["ids"] for each in wanted if sorted(each["ids"]) not in shown] == []
