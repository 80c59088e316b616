"""What a grading says: in the reader's words, with links, and never more than it may."""

import pytest
from flask_babel import force_locale

from training_platform.config import ROOT
from training_platform.practicals.briefing import blocks_of
from training_platform.practicals.feedback import lines_of, records_named, say
from training_platform.practicals.files import read_practicals
from training_platform.practicals.focusing import focused

TASK = read_practicals(ROOT)[0]["enter-customers"].task
FIRM = ("customer", 7)


def outcome(check="customers", status="failed", **more):
    plain = {"check": check, "status": status, "points": "0", "most": "60", "seen": 3, "wanted": 6}
    return plain | {"gaps": [], "more": 0, "values": {"extra": 1, "missing": 3}} | more


@pytest.fixture(autouse=True)
def _page(app):
    with app.test_request_context("/?lang=en"), force_locale("en"):
        yield


def test_the_checks_own_sentence_is_filled_with_what_was_seen():
    (line,) = lines_of(TASK, [outcome()])

    assert line.message == "3 of 6 new customers are wholly right; 1 too many, 3 missing."
    assert (line.points, line.most) == ("0", "60")


def test_codes_instants_and_fields_are_told_in_words():
    gaps = [
        (*FIRM, "industry", "food", "retail"),
        (*FIRM, "next_follow_up_at", None, "2025-07-07T01:30:00Z"),
        (None, None, "food · 2025-05", "1", "2"),
        ("customer", 0, "", "missing", "某公司 · 15400000001"),
    ]
    (line,) = lines_of(TASK, [outcome(gaps=gaps)])

    assert [(each.label, each.seen, each.wanted) for each in line.gaps] == [
        ("Industry", "Food and drink", "Retail"),
        ("Next follow-up", "—", "2025-07-07 09:30"),
        ("Food and drink · 2025-05", "1", "2"),
        ("Customer", "Forgotten", "某公司 · 15400000001"),
    ]


def test_what_was_kept_in_vain_says_why_it_counts_in_part():
    (line,) = lines_of(TASK, [outcome("collateral", "passed", points="5", most="10")])

    assert line.message.startswith("Nothing was harmed.")


def test_records_of_gaps_are_named_for_their_titles():
    gaps = [(*FIRM, "owner_id", 3, 4), (None, None, "x", 1, 2)]

    assert records_named([outcome(gaps=gaps)]) == {"customer": {7}, "seller": {3, 4}}


def test_long_lists_are_cut():
    assert say(list(range(20))).endswith("7…")


def test_what_is_drawn_is_never_markup():
    (block,) = blocks_of("Hello {name}", {"name": "<b>**x**</b>"})

    assert "<b>" not in block.value
    assert "<strong>" not in block.value
    assert "**x**" in block.value.unescape()


def test_a_drill_is_about_one_check_and_those_below_it():
    narrowed = focused(TASK, "known")

    assert [(each.id, each.points) for each in narrowed.checks] == [("known", 100)]
    assert narrowed.passing.required == ["known"]
    whole = focused(TASK, "collateral")
    assert [each.id for each in whole.checks] == [each.id for each in TASK.checks]
    assert whole.passing.required == ["collateral"]
