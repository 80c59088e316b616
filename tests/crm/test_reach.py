"""Who sees what inside the practice company."""

import pytest
from sqlalchemy import func, select

from training_platform.core.errors import NotPermittedError
from training_platform.crm import models
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.services import access


def count(desk, model, *conditions):
    return desk.session.scalar(select(func.count()).select_from(model).where(*conditions))


@pytest.mark.parametrize("model", [models.Campaign, models.Article])
def test_a_seller_reads_what_the_company_shares(desk, model):
    assert desk.seller.role == "seller"
    assert count(desk, model) > 0
    assert count(desk, model, within_reach(desk, model)) == count(desk, model)


@pytest.mark.parametrize("model", [models.Customer, models.Lead, models.Opportunity])
def test_a_seller_does_not_see_what_a_colleague_owns(desk, model):
    of_others = model.owner_id != desk.seller.id

    assert count(desk, model, of_others) > 0
    assert count(desk, model, of_others, within_reach(desk, model)) == 0


@pytest.mark.parametrize(
    ("model", "nobodys"),
    [
        (models.Target, models.Target.seller_id.is_(None)),
        (models.Lead, models.Lead.owner_id.is_(None)),
    ],
)
def test_what_nobody_can_claim_is_not_refused_as_unclaimed(desk, model, nobodys):
    record = desk.session.scalars(select(model).where(nobodys).order_by(model.id).limit(1)).one()

    with pytest.raises(NotPermittedError, match="team lead"):
        access.expect_editable(desk, record)
