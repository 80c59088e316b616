"""Finding records: each filter, words without spaces, totals, scope."""

from datetime import UTC, datetime

import pytest

from tests.archives.conftest import catch_up
from tests.factories.records import make_record
from training_platform.archives import indexing
from training_platform.archives.models import ArchiveEntry, ArchiveNote
from training_platform.archives.queries import rows, search
from training_platform.archives.rules import Wanted
from training_platform.core import clock
from training_platform.core.permissions import SYSTEM
from training_platform.records import services as records


def lines(app, session, viewer, **wanted):
    with app.test_request_context("/archives/"):
        found = rows.find(session, viewer, Wanted.read(wanted))
        return sorted(f"{row.name} {row.line}" for row in found.page.rows)


BASICS = "林知夏 Course completed: Customer Data Basics"
PASSED = "林知夏 Quiz passed: Customer Data Basics"
FAILED = "周晓岚 Quiz failed: Customer Data Basics"
PRACTICE = "周晓岚 Mentored practice: In the shop"
MARKER = "赵隐山 Course completed: Marker course"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [BASICS, PASSED, FAILED, PRACTICE, MARKER]),
        ({"person": "lin zhi"}, [BASICS, PASSED]),
        ({"person": "晓岚"}, [FAILED, PRACTICE]),
        ({"job_role": "supervisor"}, [FAILED, PRACTICE]),
        ({"kind": "courses"}, [BASICS, MARKER]),
        ({"kind": "quizzes", "result": "failed"}, [FAILED]),
        ({"result": "passed"}, [PASSED, PRACTICE]),
        ({"result": "none"}, [BASICS, MARKER]),
        ({"subject": "资料管理"}, [BASICS, PASSED, FAILED]),
        ({"q": "资料管理"}, [BASICS, PASSED, FAILED]),
        ({"q": "隐山学院"}, [MARKER]),
        ({"q": "回访话术"}, [PRACTICE]),
        ({"q": "赵"}, [PRACTICE, MARKER]),
        ({"q": "晓岚 资料"}, [FAILED]),
        ({"q": "gibtesnicht"}, []),
        ({"since": "2999-01-01"}, []),
        ({"until": "2001-01-01"}, []),
        ({"since": "2020-01-01", "until": "2999-01-01", "q": "实践"}, [PRACTICE]),
        ({"since": "2999-01-01", "until": "2020-01-01"}, []),
        ({"certificate": "valid"}, []),
        ({"certificate": "never", "kind": "mentoring"}, [PRACTICE]),
        ({"overdue": "1"}, []),
    ],
    ids=str,
)
def test_each_filter_finds_what_it_names(app, session, company, seen, wanted, expected):
    assert lines(app, session, seen(company["hr"]), **wanted) == sorted(expected)


def test_a_year_is_that_of_the_company_and_narrows_a_span(app, session, company, seen):
    at = datetime(2023, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight of New Year in Shanghai
    title = {"zh": "元旦", "en": "New Year"}
    owner = company["lin"].id
    records.append(
        session, owner, "course_completed", "new-year", source="t:ny", happened_at=at, title=title
    )
    catch_up(session)
    viewer = seen(company["hr"])

    def found(**wanted):
        return [line for line in lines(app, session, viewer, **wanted) if "New Year" in line]

    assert found(year="2024")
    assert not found(year="2023")
    assert found(year="2024", until="2024-01-01", since="2023-06-01")
    assert not found(year="2024", since="2024-01-02")
    assert found(year="20x4")  # no year: narrows nothing
    assert search.years(session)[-1] == 2024


def test_a_word_in_too_many_notes_says_that_older_ones_were_left_out(
    app, session, company, seen, monkeypatch
):
    monkeypatch.setattr(search, "MOST_NOTES", 1)
    with app.test_request_context("/archives/"):
        many = rows.find(session, seen(company["hr"]), Wanted(q="回访话术"))
        none = rows.find(session, seen(company["hr"]), Wanted(q="gibtesnicht"))

    assert many.is_cut
    assert not none.is_cut


def test_a_note_is_found_together_with_person_topic_and_day(app, session, company, seen):
    viewer, today = seen(company["hr"]), clock.today().isoformat()

    assert lines(app, session, viewer, q="回访话术", person="晓岚") == [PRACTICE]
    assert lines(app, session, viewer, q="回访话术", person="知夏") == []
    assert lines(app, session, viewer, q="回访话术", kind="mentoring") == [PRACTICE]
    assert lines(app, session, viewer, q="回访话术", kind="courses") == []
    assert lines(app, session, viewer, q="回访话术", since=today) == [PRACTICE]
    assert lines(app, session, viewer, q="回访话术", until="2001-01-01") == []
    assert lines(app, session, seen(company["head2"]), q="回访话术") == []


def test_a_department_includes_those_below_it(app, session, company, seen):
    wanted = {"department": str(company["head"].department_id)}

    found = lines(app, session, seen(company["hr"]), **wanted)

    assert found == sorted([BASICS, PASSED, FAILED, PRACTICE])


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("head", [BASICS, PASSED, FAILED, PRACTICE]),
        ("head2", [MARKER]),
        ("boss", [FAILED, PRACTICE]),
        ("lin", []),
    ],
)
def test_everybody_finds_the_own_people_only(app, session, company, seen, who, expected):
    assert lines(app, session, seen(company[who])) == sorted(expected)


@pytest.mark.parametrize("wanted", [{"q": "隐山"}, {"person": "隐山"}, {"subject": "Marker"}])
def test_a_head_cannot_count_what_lies_outside(app, session, company, seen, wanted):
    found = search.search_for(session, seen(company["head"]), Wanted.read(wanted))

    assert search.newest(session, found.plans) == []


def test_the_pages_of_a_head_never_show_the_marker(client, session, company):
    outside = company["head2"].department_id
    session.commit()
    client.sign_in(company["head"])

    for query in ("", "?q=隐山", "?person=隐山", f"?department={outside}", "?subject=Marker"):
        page = client.get(f"/archives/{query}")
        text = page.get_data(as_text=True).replace(query[1:].partition("=")[2], "")
        assert "赵隐山" not in text
        assert "Marker course" not in text


def test_totals_are_exact_until_they_are_capped(app, session, company, seen, monkeypatch):
    monkeypatch.setattr(search, "MOST_COUNTED", 3)
    monkeypatch.setattr(rows, "MOST_COUNTED", 3)
    with app.test_request_context("/archives/"):
        many = rows.find(session, seen(company["hr"]), Wanted())
        few = rows.find(session, seen(company["hr"]), Wanted(kind="courses"))

    assert (many.page.total, many.is_more) == (3, True)
    assert (few.page.total, few.is_more) == (2, False)


def test_a_search_reads_the_same_by_whatever_order(session, company, seen, monkeypatch):
    viewer = seen(company["hr"])
    asked = Wanted(q="资料", result="failed")
    found = []
    for seek in (0, 1_000_000):
        monkeypatch.setattr(search, "SEEK", seek)
        found.append(search.newest(session, search.search_for(session, viewer, asked).plans))

    assert found[0] == found[1]
    assert len(found[0]) == 1


def test_catching_up_again_changes_nothing(session, company):
    before = session.query(ArchiveEntry).count()

    assert indexing.catch_up(session) == 0
    assert indexing.catch_up(session, look_at_all=True) == 0
    assert session.query(ArchiveEntry).count() == before


def test_a_record_that_came_late_is_found_by_looking_over_all(
    app, session, company, seen, monkeypatch
):
    monkeypatch.setattr(indexing, "LOOK_BACK", 0)
    late = make_record(session, company["lin"], subject="late", title={"zh": "迟", "en": "Late"})
    make_record(session, company["lin"], subject="later", title={"zh": "后", "en": "After"})
    catch_up(session)
    session.query(ArchiveEntry).filter_by(record_id=late.id).delete()

    assert indexing.catch_up(session) == 0
    assert indexing.catch_up(session, look_at_all=True) == 1


def test_erased_values_leave_the_search_too(app, session, company, seen):
    records.erase_values(session, company["wang"].id, SYSTEM)

    assert session.query(ArchiveNote).count() == 1
    assert lines(app, session, seen(company["hr"]), q="实践") == []
