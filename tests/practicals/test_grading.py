"""What an attempt is worth: points for what was done, and a gap told for what was not."""

# ruff: noqa: E501  # a table is read across

from decimal import Decimal

import pytest

from tests.practicals.conftest import customer, task, world
from training_platform.practicals import checks
from training_platform.practicals.evidence import unpack
from training_platform.practicals.grading import Status, grade, lost
from training_platform.practicals.world import World

NEW = 10_000_000
CITY = {
    "id": "city",
    "type": "field",
    "entity": "customer",
    "where": [{"field": "id", "op": "in", "value": [1]}],
    "field": "city",
    "matcher": "text",
    "value": "无锡",
}
KEPT = {
    "id": "kept",
    "type": "only_changed",
    "points": 20,
    "allow": [{"entity": "customer", "where": [{"field": "id", "op": "is", "value": 1}]}],
}


def points(result):
    return {each.check: each.points for each in result.outcomes}


def test_whoever_did_nothing_has_kept_everything_and_earned_nothing():
    result = grade(task(CITY, KEPT), world())

    assert (result.points, result.is_passed) == (0, False)


def test_what_was_asked_earns_all():
    done = world(rows={"customer": [customer(1, city="無錫 ")]})

    result = grade(task(CITY, KEPT), done)

    assert (result.points, result.is_passed) == (100, True)


def test_one_unrelated_change_costs_exactly_the_check_that_guards():
    done = world(rows={"customer": [customer(1, city="无锡"), customer(2, city="北京")]})

    result = grade(task(CITY, KEPT), done)

    assert lost(result) == {"kept"}
    assert points(result) == {"city": 80, "kept": 0}
    assert result.outcomes[1].gaps == (("customer", 2, "city", None, None),)


def test_guarding_earns_the_share_that_the_other_checks_reached():
    half = CITY | {"where": [{"field": "id", "op": "in", "value": [1, 2]}]}
    done = world(rows={"customer": [customer(1, city="无锡")]})

    result = grade(task(half, KEPT), done)

    assert points(result) == {"city": 40, "kept": 10}


def test_a_check_behind_one_that_failed_is_not_failed_twice():
    then = CITY | {"id": "name", "field": "name", "points": 30, "after": "city"}

    result = grade(task(CITY, then), world())

    assert [each.status for each in result.outcomes] == [Status.FAILED, Status.NOT_ASSESSED]
    assert lost(result) == {"city"}


def test_a_red_line_leaves_nothing_in_an_exam_and_is_told_in_practice():
    line = {
        "id": "no_export",
        "type": "event_absent",
        "critical": True,
        "where": [{"field": "act", "op": "is", "value": "export"}],
    }
    exported = {"seq": 1, "act": "export", "entity": "customer", "record_id": None}
    done = world(rows={"customer": [customer(1, city="无锡")]}, events=[exported])

    practice, exam = grade(task(CITY, line), done), grade(task(CITY, line), done, is_exam=True)

    assert (practice.points, practice.is_passed, practice.crossed) == (100, False, ("no_export",))
    assert (exam.points, exam.is_passed) == (0, False)


def test_a_fault_of_the_grader_holds_the_attempt_and_scores_nothing(monkeypatch):
    def fails(_check, _world):
        raise ZeroDivisionError

    monkeypatch.setitem(checks._BY_TYPE, "field", fails)

    result = grade(task(CITY), world())

    assert (result.points, result.is_passed) == (None, False)
    assert result.outcomes[0].status is Status.FAULT


ROWS = {
    "id": "rows",
    "type": "rows_match_key",
    "entity": "customer",
    "key": "$key.cards",
    "match_on": "mobile",
    "fields": {"mobile": "phone", "name": "company", "city": "text"},
}
CARDS = {
    "cards": [
        {"mobile": "15400000010", "name": "甲机械有限公司", "city": "苏州"},
        {"mobile": "15400000011", "name": "乙机械有限公司", "city": "上海"},
    ]
}


def typed(number, mobile, name, city):
    return customer(number, mobile=mobile, name=name, city=city)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(NEW, "15400000010", "甲机械有限责任公司", "蘇州"), (NEW + 1, "15400000011", "乙机械有限公司", "上海")], "100.00"),
        ([(NEW, "15400000010", "甲机械有限公司", "苏州")], "50.00"),
        ([(NEW, "15400000010", "甲机械有限公司", "无锡"), (NEW + 1, "15400000011", "乙机械有限公司", "上海")], "50.00"),
        ([(NEW, "15400000010", "甲机械有限公司", "苏州"), (NEW + 1, "15400000011", "乙机械有限公司", "上海"),
          (NEW + 2, "15400000010", "甲机械有限公司", "苏州")], "66.67"),
        ([], "0.00"),
    ],
    ids=["all", "one missing", "one field wrong", "one too many", "none"],
)  # fmt: skip
def test_rows_are_compared_with_the_key(rows, expected):
    done = world(key=CARDS, rows={"customer": [typed(*row) for row in rows]})

    assert grade(task(ROWS), done).points == Decimal(expected)


def test_a_field_that_the_key_leaves_open_is_not_looked_at():
    key = {"cards": [{"mobile": "15400000010", "name": "甲机械有限公司"}]}
    done = world(key=key, rows={"customer": [typed(NEW, "15400000010", "甲机械有限公司", "随便")]})

    assert grade(task(ROWS), done).points == 100


def test_points_between_two_limits_are_shared_out():
    bands = ROWS | {"full": 0.98, "none": 0.5}
    cards = [
        {"mobile": f"1540000{n:04d}", "name": f"第{n}机械有限公司", "city": "苏州"}
        for n in range(4)
    ]
    rows = [typed(NEW + n, c["mobile"], c["name"], "苏州") for n, c in enumerate(cards[:3])]

    result = grade(task(bands), world(key={"cards": cards}, rows={"customer": rows}))

    assert result.points == Decimal("52.08")  # (0.75 - 0.5) / (0.98 - 0.5)


def test_merged_pairs_count_and_a_near_miss_costs_twice():
    pairs = {
        "id": "p",
        "type": "pair_f1",
        "entity": "customer",
        "key": "$key.p",
        "near_misses": "$key.n",
    }
    merged = [
        {
            "seq": n,
            "act": "merge_away",
            "entity": "customer",
            "record_id": lose,
            "context": {"survivor": into},
        }
        for n, (lose, into) in enumerate([(20, 1), (30, 2)])
    ]

    right = grade(task(pairs), world(key={"p": [[1, 20], [30, 2]], "n": []}, events=merged))
    near = grade(task(pairs), world(key={"p": [[1, 20]], "n": [[2, 30]]}, events=merged))

    assert right.points == 100
    assert near.points == 50  # 2 of 2 + 1 + 1


WITHIN = {
    "id": "soon",
    "type": "within",
    "entity": "customer",
    "where": [{"field": "owner_id", "op": "is", "value": 1}],
    "since": "assigned_at",
    "hours": 24,
    "act": [{"field": "act", "op": "is", "value": "create"}],
    "by": "changes.customer_id",
}


@pytest.mark.parametrize(
    ("at", "expected"), [("2025-07-01T01:00:00Z", 100), ("2025-07-01T01:00:01Z", 0)]
)
def test_in_time_is_up_to_the_last_second(at, expected):
    row = customer(1, assigned_at="2025-06-30T01:00:00Z")
    act = {"seq": 1, "act": "create", "virtual_at": at, "changes": {"customer_id": [None, 1]}}

    assert grade(task(WITHIN), world(rows={"customer": [row]}, events=[act])).points == expected


@pytest.mark.parametrize(
    ("ended", "expected"), [("01:05:00", 100), ("01:05:01", 50), ("01:07:01", 0)]
)
def test_time_is_counted_in_bands(ended, expected):
    clock = {
        "id": "time",
        "type": "elapsed",
        "bands": [{"seconds": 300, "share": 1}, {"seconds": 420, "share": 0.5}],
    }

    assert grade(task(clock), world(ended_at=f"2025-06-30T{ended}Z")).points == expected


def test_evidence_comes_back_as_it_was_and_is_graded_the_same():
    done = world(
        key=CARDS, rows={"customer": [typed(NEW, "15400000010", "甲机械有限公司", "苏州")]}
    )
    again = unpack(done.evidence.pack())

    assert again == done.evidence
    assert again.digest() == done.evidence.digest()
    below = {"customer": done.before("customer")}
    assert grade(task(ROWS), World(again, below)).canonical() == grade(task(ROWS), done).canonical()


@pytest.mark.parametrize("typed_text", ["23.5", "２３．５％", "0.235", "23.5 %"])
def test_an_answer_is_read_as_people_write_it(typed_text):
    asked = {
        "id": "share",
        "type": "answer",
        "question": "?",
        "matcher": "percent",
        "value": "$key.share",
    }

    assert (
        grade(task(asked), world(key={"share": "23.5"}, answers={"share": typed_text})).points
        == 100
    )
    assert grade(task(asked), world(key={"share": "23.5"})).points == 0


NOTE = {
    "id": "note",
    "type": "rubric",
    "rubric": "data-quality-note",
    "prompt": "What did you find, and what do you advise?",
    "points": 40,
}
WRITTEN = {"note": "Two firms of one name; ask both before anything is merged."}
MOVED = {"rows": {"customer": [customer(1, city="无锡")]}}


def test_a_text_waits_for_people_and_the_rest_is_graded_at_once():
    result = grade(task(CITY, NOTE), world(answers=WRITTEN, **MOVED), is_exam=True)

    assert result.outcomes[1].status is Status.AWAITING
    assert result.outcomes[1].seen == WRITTEN["note"]
    assert (result.points, result.awaiting, result.automatic) == (60, 40, 60)
    assert not result.is_passed
    assert lost(result) == set()


@pytest.mark.parametrize(
    ("share", "status", "points", "is_passed"),
    [("1", Status.PASSED, 100, True), ("0.5", Status.PARTLY, 80, True), ("0", Status.FAILED, 60, False)],
)  # fmt: skip
def test_what_people_gave_for_a_text_counts_like_any_other_points(share, status, points, is_passed):
    done = world(answers=WRITTEN, **MOVED)

    result = grade(task(CITY, NOTE), done, is_exam=True, scored={"note": Decimal(share)})

    assert result.outcomes[1].status is status
    assert (result.points, result.percent, result.awaiting) == (points, points, 0)
    assert result.is_passed is is_passed


def test_a_text_that_nobody_wrote_is_worth_nothing_and_nobody_waits_for_it():
    result = grade(task(CITY, NOTE), world(answers={"note": " "}, **MOVED), is_exam=True)

    assert result.outcomes[1].status is Status.FAILED
    assert (result.points, result.awaiting, result.is_passed) == (60, 0, False)


def test_practice_is_passed_by_what_needs_no_people():
    required = {"passing": {"percent": 80, "required": ["city", "note"]}}
    result = grade(task(CITY, NOTE, **required), world(answers=WRITTEN, **MOVED))

    assert (result.points, result.percent, result.is_passed) == (60, 100, True)


def test_practice_that_a_mentor_scored_counts_the_text_too():
    done = world(answers=WRITTEN, **MOVED)

    result = grade(task(CITY, NOTE), done, scored={"note": Decimal("0.25")})

    assert (result.percent, result.is_passed) == (70, False)


def test_guarding_earns_its_share_without_the_texts():
    result = grade(task(CITY, NOTE, KEPT), world(answers=WRITTEN, **MOVED))

    assert points(result) == {"city": 40, "note": 0, "kept": 20}


def test_no_check_stands_behind_a_text_and_no_task_is_texts_alone():
    with pytest.raises(ValueError, match="gates need none"):
        task(NOTE, CITY | {"after": "note"})
    with pytest.raises(ValueError, match="only checks that people score"):
        task(NOTE)


@pytest.mark.parametrize(("number", "gaps"), [(1, 0), (2, 1)])
def test_a_record_may_be_deleted_only_where_the_task_says_so(number, gaps):
    done = world(rows={"customer": [{"id": number, "is_deleted": True}]})

    kept = grade(task(CITY, KEPT), done).outcomes[1]

    assert len(kept.gaps) == gaps


@pytest.mark.parametrize(("city", "points"), [("客户在無 錫", 100), ("Wuxi", 100), ("上海", 0)])
def test_a_text_holds_one_of_several_words_in_whatever_script(city, points):
    says = {"field": "city", "op": "contains", "value": ["无锡", "wuxi"]}
    there = {"id": "there", "type": "exists", "entity": "customer", "where": [says]}

    assert grade(task(there), world(rows={"customer": [customer(1, city=city)]})).points == points
