"""What is typed into the task's own fields: choices, tables, and the slips behind wrong ones."""

import pytest

from tests.practicals.conftest import task, world
from training_platform.practicals.grading import grade, lost

STAGES = [
    {"zh": "需求分析", "en": "Needs analysis"},
    {"zh": "方案报价", "en": "Proposal"},
    {"zh": "合同谈判", "en": "Contract"},
]
WORST = {
    "id": "worst",
    "type": "answer",
    "question": "q",
    "matcher": "choice",
    "choices": STAGES,
    "value": "$key.worst",
    "misconceptions": [{"typed": "$key.slow", "text": "the slowest one"}],
}
KEY = {"worst": STAGES[0], "slow": STAGES[2]}
FIGURES = [
    {"id": 1, "code": "C-00001", "days": "12", "net": "2000.00", "gross": "2500.00"},
    {"id": 2, "code": "C-00002", "days": "45", "net": "130400.50", "gross": "130400.50"},
]
NET = {
    "id": "net",
    "type": "typed_rows",
    "prompt": "p",
    "key": "$key.rows",
    "match_on": "code",
    "columns": ["days", "net"],
    "column": "net",
    "matcher": "money",
    "entity": "customer",
    "misconceptions": [{"typed": "gross", "text": "refunds were forgotten"}],
}


def answered(check, text, **key):
    return grade(task(check), world(key=key, answers={check["id"]: text})).outcomes[0]


@pytest.mark.parametrize("text", ["需求分析", "needs analysis", "需求 分析 "])
def test_a_choice_counts_in_either_language(text):
    assert answered(WORST, text, **KEY).points == 100


@pytest.mark.parametrize(
    "text", ["", "需求分析 方案报价 合同谈判", "Needs analysis, Proposal", "需求"]
)
def test_whoever_names_everything_has_chosen_nothing(text):
    assert answered(WORST, text, **KEY).points == 0


def test_a_wrong_choice_is_told_in_both_languages_and_with_its_slip():
    outcome = answered(WORST, "Contract", **KEY)

    assert (outcome.seen, outcome.wanted) == (STAGES[2], STAGES[0])
    assert outcome.misconceptions == (0,)


@pytest.mark.parametrize(
    "text",
    [
        "C-00001\t12\t2000\nC-00002\t45\t130,400.50",
        "C-00001,12,2000.00\nC-00002,45,130400.50",
        "Customer,Name,Days,Net\nC-00002,禾澜机械,45,130400.50\nC-00001,衡川食品,12,2000",
        "c-00001 12 2,000\n\n  C-00002  45  ¥130,400.50",
        "Ｃ－００００１　１２　２０００元\nＣ－００００２　４５　１３０４００．５０元",
    ],
)
def test_a_table_is_read_however_it_was_pasted_or_typed(text):
    assert answered(NET, text, rows=FIGURES).points == 100


def test_of_a_table_each_wrong_row_is_told_with_its_record():
    outcome = answered(NET, "C-00001 12 2500\nC-00002 45 130400.50", rows=FIGURES)

    assert (outcome.points, outcome.seen, outcome.wanted) == (50, 1, 2)
    assert outcome.gaps == (("customer", 1, "", "2500", "2000.00"),)
    assert outcome.misconceptions == (0,)


def test_of_two_lines_with_one_mark_the_later_one_counts():
    assert answered(NET, "C-00001 1 2000\nC-00001 1 9\nC-00002 1 130400.50", rows=FIGURES).seen == 1


def test_several_checks_look_at_columns_of_one_field():
    days = NET | {"id": "days", "column": "days", "matcher": "number", "sheet": "net"}
    days |= {"points": 40, "misconceptions": []}
    typed = world(key={"rows": FIGURES}, answers={"net": "C-00001 12 1\nC-00002 45 1"})

    assert lost(grade(task(NET, days), typed)) == {"net"}


def test_an_event_may_be_the_mark_of_a_misconception():
    told = [{"where": [{"field": "act", "op": "is", "value": "export_done"}], "text": "exported"}]
    done = world(key=KEY, events=[{"act": "export_done"}])

    assert grade(task(WORST | {"misconceptions": told}), done).outcomes[0].misconceptions == (0,)
