"""A hundred people enter customers at the same time: no error, nothing lost, nothing double."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from tests.factories.crm import TYPED_CUSTOMER
from tests.reliability.sandbox import House, Trainee, all_at_once, expect_whole_log
from tests.served import Answer, served
from training_platform.crm.dataset.loading import load_dataset
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import CrmWorkspace, Customer

pytestmark = pytest.mark.race
CROWD = 100
EACH = [1, pytest.param(20, marks=pytest.mark.soak)]
WAIT = 600


@pytest.fixture(scope="module")
def house(empty_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The platform served with the dataset as it is shipped."""
    house = House(empty_url, tmp_path_factory.mktemp("instance"))
    with house.writing() as session:
        load_dataset(session)
    with served(house.url, house.folder, workers=4, WARM_TEMPLATES="0") as house.server:
        yield house
    house.close()


def name_of(person: int, number: int) -> str:
    return f"同时录入第{person}之{number}号有限公司"


def customer(person: int, number: int) -> dict[str, Any]:
    own = {"name": name_of(person, number), "mobile": f"168{person * 1000 + number:08d}"}
    return TYPED_CUSTOMER | own | {"once": f"typed-{number}"}


def enter_all(house: House, who: Trainee, person: int, each: int) -> list[Answer]:
    """Enter one customer after the other; every fifth form is sent twice, as by a double click."""
    forms = [customer(person, number) for number in range(each)]
    again = [form for number, form in enumerate(forms) if (person + number) % 5 == 0]
    return [
        house.post(who.visitor, who.at("customer/new"), form, timeout=WAIT)
        for form in [*forms, *again]
    ]


def made_in(house: House, people: list[Trainee]) -> dict[int, list[str]]:
    """Return the names of the customers that each workspace has of its own."""
    with house.looking() as session:
        rows = session.execute(
            select(CrmWorkspace.id, Customer.name)
            .join(Customer, Customer.layer_id == CrmWorkspace.layer_id)
            .where(CrmWorkspace.id.in_([each.workspace_id for each in people]))
            .order_by(Customer.id),
            execution_options={ALL_LAYERS: True},
        ).all()
    found: dict[int, list[str]] = {each.workspace_id: [] for each in people}
    for workspace_id, name in rows:
        found[workspace_id].append(name)
    return found


@pytest.mark.parametrize("each", EACH)
def test_a_hundred_people_enter_customers_at_the_same_time(each: int, house: House):
    people, before = house.trainees(CROWD), house.digest()
    answers: dict[int, list[Answer]] = {}

    def work(person: int) -> Answer:
        answers[person] = enter_all(house, people[person], person, each)
        return answers[person][-1]

    all_at_once(*[partial(work, person) for person in range(CROWD)])

    assert {answer.status for sent in answers.values() for answer in sent} == {303}
    made = made_in(house, people)
    for person, who in enumerate(people):
        assert made[who.workspace_id] == [name_of(person, number) for number in range(each)]
        ways = {answer.headers["Location"] for answer in answers[person]}
        assert len(ways) == each
    assert house.digest() == before
    with house.looking() as session:
        for who in people:
            layer_id = session.get_one(CrmWorkspace, who.workspace_id).layer_id
            expect_whole_log(session, layer_id)


@pytest.mark.soak
def test_each_of_them_sees_the_own_record_only(house: House):
    people = house.trainees(CROWD // 5)
    for person, who in enumerate(people):
        enter_all(house, who, person, 1)

    search = f"customer/?view=all&q={quote('同时录入')}"
    pages = all_at_once(
        *[partial(house.get, who.visitor, who.at(search), timeout=WAIT) for who in people]
    )

    for person, page in enumerate(pages):
        text = page.body.decode()
        assert page.status == 200
        seen = {other for other in range(len(people)) if name_of(other, 0) in text}
        assert seen == {person}
