"""Many reach for the last seat at the same moment, on a served platform: one sits, nobody errs."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from tests.factories.rubrics import make_scoring
from tests.served import ask, served, visit
from training_platform.assessment.rubrics.models import Rating
from training_platform.core.permissions import Right

pytestmark = pytest.mark.race
CROWD = 12


def test_of_many_who_claim_the_last_seats_as_many_sit_as_there_are(session, database_url, tmp_path):
    trainee = make_employee(session)
    scoring_ids = [make_scoring(session, trainee.id, raters=seats).id for seats in (1, 2)]
    raters = [make_employee(session, rights=(Right.TRAINER,)).id for _ in range(CROWD)]
    visitors = [visit(session, each) for each in raters]
    session.commit()
    gate = threading.Barrier(CROWD)

    def claim(visitor):
        gate.wait()
        form = {"csrf_token": visitor.csrf, "id": scoring_ids}
        return ask(server.port, "POST", "/scoring/claim", visitor=visitor, form=form).status

    with (
        served(database_url, tmp_path / "instance", WARM_TEMPLATES="0") as server,
        ThreadPoolExecutor(CROWD) as pool,
    ):
        statuses = list(pool.map(claim, visitors))

    assert set(statuses) == {303}
    seats = session.execute(
        select(Rating.scoring_id, Rating.seat).order_by(Rating.scoring_id, Rating.seat)
    ).all()
    assert [tuple(row) for row in seats] == [
        (scoring_ids[0], 1),
        (scoring_ids[1], 1),
        (scoring_ids[1], 2),
    ]
