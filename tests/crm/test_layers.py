"""Workspaces lie apart: what one does, no other sees, and the dataset never changes."""

import re

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, exists, func, insert, literal, select, text, union, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased, relationship, selectinload

from tests.crm.layers import FIRM, events, sit
from training_platform.config import ROOT
from training_platform.core.db import db
from training_platform.core.errors import ConflictError, NotFoundError
from training_platform.crm.dataset import loading
from training_platform.crm.layering import LayerError
from training_platform.crm.models import (
    FIRST_OWN_ID,
    Contact,
    CrmLayer,
    Customer,
    Seller,
)
from training_platform.crm.scope import NoWorkspaceError, enter
from training_platform.crm.services.records import (
    change_record,
    create_record,
    delete_record,
    find_record,
    restore_record,
)

CRM = ROOT / "training_platform" / "crm"


# ---- what is seen ------------------------------------------------------------------------------

COUNTS = {
    "list": lambda s: len(s.scalars(select(Customer)).all()),
    "columns": lambda s: len(s.execute(select(Customer.id, Customer.name)).all()),
    "count(*)": lambda s: s.scalar(select(func.count()).select_from(Customer)),
    "count of a column": lambda s: s.scalar(select(func.count(Customer.id))),
    "count with a label": lambda s: s.scalar(select(func.count(Customer.id).label("n"))),
    "where only": lambda s: s.scalar(select(func.count()).where(Customer.id > 0)),
    "literal": lambda s: len(s.execute(select(literal(1)).select_from(Customer)).all()),
    "alias": lambda s: len(s.scalars(select(aliased(Customer))).all()),
    "count of an alias": lambda s: s.scalar(select(func.count(aliased(Customer).id))),
    "subquery": lambda s: s.scalar(
        select(func.count()).select_from(select(Customer.id).subquery())
    ),
    "cte": lambda s: s.scalar(select(func.count()).select_from(select(Customer.id).cte())),
    "aggregate in a cte": lambda s: s.scalar(
        select(select(func.count(Customer.id).label("n")).cte().c.n)
    ),
    "scalar subquery": lambda s: s.scalar(
        select(select(func.count(Customer.id)).scalar_subquery())
    ),
    "union": lambda s: len(s.execute(union(select(Customer.id), select(Customer.id))).all()),
    "join": lambda s: len(
        s.execute(select(Customer.id).join(Seller, Seller.id > 0).where(Seller.id == 1)).all()
    ),
    "outer join": lambda s: s.scalar(
        select(func.count(Customer.id))
        .select_from(Seller)
        .outerjoin(Customer, Customer.id > 0)
        .where(Seller.id == 1)
    ),
}


@pytest.mark.parametrize("shape", COUNTS)
def test_every_shape_of_a_select_sees_the_own_workspace_only(desk, other, shape):
    of_dataset = COUNTS[shape](desk.session)
    create_record(desk, Customer, FIRM)

    assert COUNTS[shape](desk.session) == of_dataset + 1


def test_conditions_on_other_entities_are_narrowed_too(desk, other):
    create_record(desk, Customer, FIRM)
    theirs = select(Seller.id).where(exists().where(Customer.name == "别家1号有限公司"))
    ours = select(Seller.id).where(exists().where(Customer.name == FIRM["name"]))
    within = select(Seller.id).where(
        Seller.id.in_(select(Customer.id - FIRST_OWN_ID + 1).where(Customer.id >= FIRST_OWN_ID))
    )

    assert desk.session.scalars(theirs).all() == []
    assert len(desk.session.scalars(ours).all()) == 20
    assert desk.session.scalars(within).all() == [1]


def test_get_finds_no_row_of_another_layer(desk, other):
    layer_id, session = other.layer.id, desk.session
    session.expunge_all()

    assert session.get(Customer, (layer_id, FIRST_OWN_ID)) is None
    assert session.get(Seller, (desk.layer.base_id, 2)).name != "别人"


def test_relationships_load_from_the_own_workspace_only(desk, other):
    """No model has one; whoever adds one is as safe, whichever way it loads."""
    if "test_contacts" not in Customer.__mapper__.attrs:
        Customer.__mapper__.add_property(
            "test_contacts",
            relationship(
                Contact,
                primaryjoin=Contact.customer_id == Customer.id,
                foreign_keys=[Contact.customer_id],
                viewonly=True,
                uselist=True,
            ),
        )
    firms = {}
    for here in (other, desk):
        there = sit(here.session, here)
        firms[here.layer.id] = create_record(there, Customer, FIRM).id
        create_record(there, Contact, {"customer_id": firms[here.layer.id], "name": "一位"})
    here = sit(desk.session, desk)
    same = select(Customer).where(Customer.id == firms[here.layer.id])
    create_record(here, Contact, {"customer_id": firms[other.layer.id], "name": "另一位"})
    stranger = select(Customer.id).where(Customer.test_contacts.any(Contact.name == "一位"))

    lazy = here.session.scalars(same).one().test_contacts
    here = sit(desk.session, desk)
    eager = here.session.scalars(same.options(selectinload(Customer.test_contacts))).one()

    assert {each.layer_id for each in lazy} == {here.layer.id}
    assert {each.layer_id for each in eager.test_contacts} == {here.layer.id}
    assert here.session.scalars(stranger).all() == [firms[here.layer.id]]


def test_without_a_workspace_nothing_is_read(desk, other):
    enter(None)

    with pytest.raises(NoWorkspaceError):
        desk.session.scalars(select(Customer)).all()
    with pytest.raises(NoWorkspaceError):
        desk.session.scalar(select(func.count(Customer.id)))


# ---- what is refused ---------------------------------------------------------------------------

REFUSED = {
    "core select": select(Customer.__table__),
    "core count": select(func.count()).select_from(Customer.__table__),
    "text": text("SELECT count(*) FROM crm_customer"),
    "bulk insert": insert(Customer),
    "bulk update": update(Customer).values(name="x"),
    "bulk delete": delete(Customer),
    "core update": update(Customer.__table__).values(name="x"),
    "core delete": delete(Customer.__table__),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_statements_that_would_escape_are_refused(desk, shape):
    with pytest.raises(LayerError):
        desk.session.execute(REFUSED[shape])


def test_a_row_of_the_dataset_cannot_be_changed_in_place(desk):
    seller = find_record(desk, Seller, 2)
    seller.name = "改名"

    with pytest.raises(LayerError, match=r"Seller .*change_record"):
        desk.session.flush()


def test_a_row_is_not_deleted_but_gets_a_tombstone(desk):
    desk.session.delete(find_record(desk, Seller, 2))

    with pytest.raises(LayerError, match="delete_record"):
        desk.session.flush()


def test_a_row_cannot_be_added_to_another_layer(desk, other):
    now = desk.now
    row = Customer(
        layer_id=other.layer.id, id=5, code="C-1", name="混入", created_at=now, updated_at=now
    )
    desk.session.add(row)

    with pytest.raises(LayerError):
        desk.session.flush()


@pytest.mark.parametrize("name", ["layer_id", "id", "version", "is_deleted", "updated_at"])
def test_callers_do_not_set_what_the_service_keeps(desk, name):
    with pytest.raises(LayerError):
        create_record(desk, Customer, FIRM | {name: 1})
    with pytest.raises(LayerError):
        change_record(desk, find_record(desk, Seller, 2), {name: 1})


#: Ways around the session's narrowing, and the only files of the sandbox that may use them.
ESCAPES = re.compile(
    r"(select|join|from|exists)\(.*__table__|execute\(text\(|\.connection\(|\bfetch\(|\bbulk_|ALL_LAYERS"
)
MAY_ESCAPE = {
    "bulk.py",  # adds the rows of an import at once
    "checkpoints.py",  # copies layers
    "diff.py",  # compares layers
    "codes.py",  # looks at the codes of tombstones too
    "layering.py",
    "loading.py",
    "records.py",  # looks for the own row, a tombstone too
    "retention.py",  # names what was deleted of a customer: the own tombstones
    "workspaces.py",  # sweeps
}


@pytest.mark.parametrize("path", sorted(CRM.rglob("*.py")), ids=lambda path: path.name)
def test_no_other_file_goes_around_the_narrowing(path):
    found = ESCAPES.findall(path.read_text(encoding="utf-8"))

    assert path.name in MAY_ESCAPE or found == []


# ---- the sealed dataset ------------------------------------------------------------------------

ACTS = {
    "insert": "INSERT INTO crm_seller SELECT * FROM crm_seller WHERE id = 2",
    "update": "UPDATE crm_seller SET name = 'x' WHERE id = 2",
    "delete": "DELETE FROM crm_seller WHERE id = 2",
    "unseal": "UPDATE crm_layer SET is_sealed = false WHERE is_sealed",
    "remove": "DELETE FROM crm_layer WHERE is_sealed",
}


def assert_sealed(app: Flask) -> None:
    """Try every way to change the dataset behind the application's back."""
    db.session.rollback()
    for act, statement in ACTS.items():
        with db.engine.connect() as connection, pytest.raises(DBAPIError, match="sealed") as caught:
            connection.exec_driver_sql(statement)
        assert "sealed layer" in str(caught.value), act


def test_the_database_itself_refuses_to_change_the_dataset(crm_app):
    with crm_app.app_context():
        assert_sealed(crm_app)


def test_the_guards_survive_migrations(crm_app):
    with crm_app.app_context():
        upgrade()
        assert_sealed(crm_app)


def test_the_guards_are_there_again_after_down_and_up(crm_app):
    with crm_app.app_context():
        downgrade(revision="0001")
        upgrade()
        with db.engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO crm_layer (id, kind, dataset, dataset_version, is_sealed, virtual_at,"
                " seen_at, drift_seconds, next_id, next_seq, created_at) VALUES (1, 'dataset', 'x',"
                " 1, true, '2025-01-01', '2025-01-01', 0, 1, 1, '2025-01-01')"
            )
        with db.engine.connect() as connection, pytest.raises(DBAPIError, match="sealed"):
            connection.exec_driver_sql("DELETE FROM crm_layer")


def test_work_leaves_the_dataset_as_it_was(desk, crm_session):
    dataset = crm_session.get_one(CrmLayer, desk.layer.base_id)
    before = loading.baseline_digest(crm_session, dataset)

    change_record(desk, find_record(desk, Seller, 2), {"name": "改名"})
    delete_record(desk, find_record(desk, Seller, 3))
    create_record(desk, Customer, FIRM)
    crm_session.commit()

    assert loading.baseline_digest(crm_session, dataset) == before


# ---- writing -----------------------------------------------------------------------------------


def test_the_first_change_copies_the_row_with_the_next_version(desk):
    seller = find_record(desk, Seller, 2)
    before = seller.name

    own = change_record(desk, seller, {"name": "改名"}, expected_version=1)

    assert (own.layer_id, own.id, own.version) == (desk.layer.id, 2, 2)
    assert own.role == seller.role
    assert find_record(desk, Seller, 2) is own
    assert seller.name == before
    assert len(desk.session.scalars(select(Seller)).all()) == 20


def test_a_second_change_through_the_datasets_row_changes_the_copy(desk):
    seller = find_record(desk, Seller, 2)

    change_record(desk, seller, {"name": "一"})
    own = change_record(desk, seller, {"name": "二"})

    assert (own.version, own.name) == (3, "二")
    assert [event.changes["name"] for event in events(desk)][-1] == ["一", "二"]


def test_an_old_version_is_a_conflict_and_changes_nothing(desk):
    seller = find_record(desk, Seller, 2)
    change_record(desk, seller, {"name": "一"}, expected_version=1)

    with pytest.raises(ConflictError) as caught:
        change_record(desk, seller, {"name": "二"}, expected_version=1)

    assert caught.value.subject.name == "一"
    assert find_record(desk, Seller, 2).name == "一"
    assert len(events(desk)) == 1


def test_what_was_deleted_cannot_be_changed(desk):
    seller = find_record(desk, Seller, 2)
    delete_record(desk, seller, expected_version=1)

    with pytest.raises(ConflictError):
        change_record(desk, seller, {"name": "二"})


def test_equal_values_leave_no_trace(desk):
    customer = create_record(desk, Customer, FIRM | {"tags": ["b", "a"]})

    change_record(desk, customer, {"name": FIRM["name"], "tags": ["a", "b"]})

    assert customer.version == 1
    assert [event.act for event in events(desk)] == ["create"]


def test_a_tombstone_hides_the_row_here_and_nowhere_else(desk, other):
    delete_record(desk, find_record(desk, Seller, 2))

    with pytest.raises(NotFoundError):
        find_record(desk, Seller, 2)
    assert len(desk.session.scalars(select(Seller)).all()) == 19
    there = sit(other.session, other)
    assert find_record(there, Seller, 2).name == "别人"


def test_a_deleted_record_comes_back_as_it_was(desk):
    customer = create_record(desk, Customer, FIRM)
    delete_record(desk, customer)

    back = restore_record(desk, Customer, customer.id)

    assert (back.name, back.version) == (FIRM["name"], 3)
    assert find_record(desk, Customer, customer.id) is back
    with pytest.raises(NotFoundError):
        restore_record(desk, Customer, customer.id)
