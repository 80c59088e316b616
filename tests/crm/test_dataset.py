"""The dataset b2b_cn: the same each time, complete, sealed when it is loaded."""

from collections import Counter

import pytest

from tests.conftest import app_on
from training_platform.config import ROOT
from training_platform.crm.dataset import build, files, loading
from training_platform.crm.field_table import field_table
from training_platform.crm.metric_table import metric_table
from training_platform.crm.models import FIRST_OWN_ID
from training_platform.crm.registry import ENTITIES

#: What both databases hold of it. It changes with the dataset and with the tables, never by itself.
BASELINE = "bb0b7391b4212e7f6e75e4672d623ca8f99b47f676850e69468878a801e5d3da"
#: What services fill in; the file has no columns for them.
DERIVED = {"layer_id", "version", "is_deleted", "folded", "name_key", "company_key"} | {
    *("suspended_at", "suspension_reason", "access_rotated_at"),
}
COUNTS = {
    "seller": 20,
    "product": 40,
    "customer": 600,
    "contact": 900,
    "lead": 500,
    "ticket": 300,
    "article": 60,
    "campaign": 12,
    "pool_rule": 1,
    "service_level": 13,
    "feedback": 150,
}
AT_LEAST = {
    "opportunity": 1600,
    "stage_change": 5000,
    "activity": 1400,
    "order": 3500,
    "order_line": 12_000,
    "payment": 3500,
    "ticket_step": 1000,
    "survey": 200,
    "quote": 800,
    "quote_line": 2500,
    "contract": 700,
    "campaign_member": 900,
    "web_visit": 1500,
    "target": 500,
    "problem_report": 30,
    "referral": 20,
    "assignment_rule": 10,
    "custom_field": 4,
    "segment": 4,
}


@pytest.fixture(scope="module")
def dataset():
    """The shipped dataset: entity → its plain rows."""
    return dict(files.read())


def test_building_twice_gives_the_shipped_file(tmp_path):
    first, second = tmp_path / "first.gz", tmp_path / "second.gz"

    digest = build.write(first)
    command = ["sandbox", "build-dataset", "--out", str(second)]
    app = app_on(f"sqlite:///{tmp_path / 'unused.db'}", tmp_path)
    result = app.test_cli_runner().invoke(args=command)

    assert result.exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert digest == files.digest()


def test_the_file_is_small_and_says_what_it_is():
    assert files.FILE.stat().st_size < 1_500_000
    assert files.read_header() == files.Header("b2b_cn", build.VERSION, "2025-06-30T01:00:00Z")


def test_the_tables_have_the_promised_sizes(dataset):
    counted = {entity: len(rows) for entity, rows in dataset.items()}

    assert set(counted) == {*COUNTS, *AT_LEAST}
    assert {entity: counted[entity] for entity in COUNTS} == COUNTS
    assert {entity for entity, least in AT_LEAST.items() if counted[entity] < least} == set()


def test_ids_count_from_one(dataset):
    for rows in dataset.values():
        assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
        assert len(rows) < FIRST_OWN_ID


@pytest.mark.parametrize("name", [*COUNTS, *AT_LEAST])
def test_rows_fit_the_registry(dataset, name):
    entity = ENTITIES[name]
    columns = set(entity.model.__table__.columns.keys()) - DERIVED

    for row in dataset[name]:
        assert set(row) == columns
        for field_name, field in entity.fields.items():
            value = row.get(field_name)
            if field.choices is not None and value is not None:
                assert value in field.choices, (name, row["id"], field_name)


@pytest.mark.parametrize("name", [*COUNTS, *AT_LEAST])
def test_references_find_their_records(dataset, name):
    references = {
        field_name: field.refers_to
        for field_name, field in ENTITIES[name].fields.items()
        if field.refers_to
    }
    sizes = {entity: len(rows) for entity, rows in dataset.items()}

    lost = [
        (row["id"], field_name, row[field_name])
        for row in dataset[name]
        for field_name, wanted in references.items()
        if row[field_name] is not None and not 1 <= row[field_name] <= sizes[wanted]
    ]

    assert lost == []


def test_codes_are_unique_and_begin_as_new_ones_do(dataset):
    for name, rows in dataset.items():
        prefix = ENTITIES[name].model.code_prefix
        if prefix is None or "code" not in rows[0]:
            continue
        codes = [row["code"] for row in rows]
        assert len(set(codes)) == len(codes)
        assert {code[: len(prefix)] for code in codes} == {prefix}
        assert len({len(code) for code in codes}) == 1


def test_nothing_happened_after_the_end(dataset):
    planned = {"due_at", "next_follow_up_at", "remind_at", "protected_until"}
    planned |= {"response_due_at", "resolve_due_at", "first_follow_up_due_at"}
    end = files.read_header().now
    late = [
        (name, row["id"], field_name)
        for name, rows in dataset.items()
        for row in rows
        for field_name, value in row.items()
        if field_name.endswith("_at") and field_name not in planned and value and value >= end
    ]

    assert late == []
    assert all(row["created_at"] <= row["updated_at"] for rows in dataset.values() for row in rows)


def test_a_trainee_plays_the_first_seller(desk):
    assert desk.seller.name == "林小满"
    assert desk.seller.role == "seller"
    assert desk.now.isoformat() == "2025-06-30T01:00:00+00:00"


def test_loading_fills_every_table_and_seals_the_layer(crm_session, dataset):
    layer = loading.current_dataset(crm_session)
    counted = loading.count_rows(crm_session, layer)

    assert layer.is_sealed
    assert {entity: count for entity, count in counted.items() if count} == {
        entity: len(rows) for entity, rows in dataset.items()
    }


def test_loading_twice_leaves_what_both_databases_hold(crm_session):
    layer = loading.current_dataset(crm_session)

    assert loading.load_dataset(crm_session) is layer
    assert loading.baseline_digest(crm_session, layer) == BASELINE


def test_the_command_loads_once_and_says_so(crm_app, app):
    first = app.test_cli_runner().invoke(args=["sandbox", "load-dataset"])
    again = crm_app.test_cli_runner().invoke(args=["sandbox", "load-dataset"])

    assert first.exit_code == again.exit_code == 0
    assert "rows are here" in first.output
    assert again.output == "The sandbox's dataset b2b_cn 1 is loaded.\n"


def test_the_table_of_fields_is_written_again_after_changes(crm_app):
    """Where this fails: flask sandbox write-fields."""
    with crm_app.app_context():
        assert (ROOT / "docs" / "crm-fields.md").read_text(encoding="utf-8") == field_table()


def test_the_page_of_metrics_is_written_again_after_changes(crm_app):
    """Where this fails: flask sandbox write-metrics."""
    with crm_app.app_context():
        assert (ROOT / "docs" / "crm-metrics.md").read_text(encoding="utf-8") == metric_table()


def test_texts_do_not_look_stamped(dataset):
    done = [row for row in dataset["activity"] if row["done_at"]]
    subjects = Counter(row["subject"] for row in done)
    summaries = Counter(row["summary"] for row in done)

    assert subjects.most_common(1)[0][1] < 0.05 * len(done)
    assert len(summaries) > 0.7 * len(done)
    assert len({row["subject"] for row in dataset["ticket"]}) > 120
    assert len({row["title"] for row in dataset["article"]}) == 60
    assert not any("{" in str(value) for row in done for value in row.values())
