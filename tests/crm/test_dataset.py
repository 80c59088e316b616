"""The dataset b2b_cn: the same each time, complete, and about nobody who lives."""

from sqlalchemy import select

from training_platform.crm.dataset import loading
from training_platform.crm.models import Seller


def test_a_trainee_plays_the_first_seller(desk):
    assert desk.seller.name == "林小满"
    assert desk.session.scalars(select(Seller.id)).all() == list(range(1, 21))
    assert desk.now.isoformat() == "2025-06-30T01:00:00+00:00"


def test_loading_twice_changes_nothing(crm_session):
    layer = loading.current_dataset(crm_session)

    before = loading.baseline_digest(crm_session, layer)
    assert loading.load_dataset(crm_session) is layer
    assert loading.baseline_digest(crm_session, layer) == before
