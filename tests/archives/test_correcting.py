"""What two persons set right is what the archive tells, in lists, hours and files."""

from datetime import date

from tests.archives.conftest import catch_up
from tests.factories.records import make_record
from training_platform.archives import jobs as work
from training_platform.archives.models import ArchiveEntry, ArchiveNote
from training_platform.archives.rules import instant_of
from training_platform.core import clock
from training_platform.core.jobs import JobContext
from training_platform.records import services as records


def numbers(session, record_id):
    session.expire_all()
    entry = session.query(ArchiveEntry).filter_by(record_id=record_id).one()
    note = session.query(ArchiveNote).filter_by(record_id=record_id).one()
    assert note.place == entry.place
    return entry.percent, entry.minutes, clock.company_day(instant_of(entry.place))


def test_an_entry_tells_the_corrected_values(session, company):
    lin = company["lin"]
    wrong = make_record(session, lin, "quiz_failed", "q", percent=70, minutes=60, note="第一次")
    erased = make_record(session, company["zhao"], "quiz_failed", "q", percent=10)
    catch_up(session)
    for number, new in enumerate(({"percent": 75, "minutes": 90}, {"percent": 78})):
        new["happened_on"] = "2026-01-05"
        source = f"c:{number}"
        records.append(
            session, lin.id, "correction", "q", source=source, corrects_id=wrong.id, new=new
        )
    other = company["zhao"].id
    records.append(
        session, other, "correction", "q", source="c:9", corrects_id=erased.id, new={"percent": 99}
    )
    catch_up(session)

    right = (78, 90, date(2026, 1, 5))
    assert numbers(session, wrong.id) == right

    session.query(ArchiveEntry).filter_by(record_id=wrong.id).update({"percent": 70})
    session.query(ArchiveEntry).filter_by(record_id=erased.id).update({"percent": None})
    session.delete(erased.value)  # as a purge leaves it
    session.commit()
    assert work.look_over(JobContext(0), {})["corrected"] == 1
    assert work.look_over(JobContext(0), {})["corrected"] == 0
    assert numbers(session, wrong.id) == right
    assert session.query(ArchiveEntry).filter_by(record_id=erased.id).one().percent is None
