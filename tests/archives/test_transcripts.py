"""Transcripts are signed files: what one proves to a stranger, today and later."""

import io
import json

import pytest
from pypdf import PdfReader, PdfWriter
from sqlalchemy import update

from tests.factories.certificates import make_certificate
from tests.factories.records import make_record
from tests.page import Page
from training_platform.archives.pulls import transcripts
from training_platform.core.triggers import drop_triggers
from training_platform.records.models import TrainingRecord


@pytest.fixture(autouse=True)
def _blank(monkeypatch):
    """Draw an empty page: what is signed is each test's own."""
    writer, kept = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(kept)
    monkeypatch.setattr(transcripts.pdf, "render", lambda _html, **_options: kept.getvalue())


def verified(client, data):
    return Page(client.post("/verify/", data={"file": (io.BytesIO(data), "t.pdf")}))


def test_a_stranger_learns_what_a_transcript_proves(client, session, company):
    wang = company["wang"]
    code = make_certificate(session, wang).code
    wang_id = wang.id
    session.commit()
    client.sign_in(wang)
    data = client.get("/archives/mine/transcript.pdf").data
    files = PdfReader(io.BytesIO(data)).attachments
    (badge,) = files.values()

    assert json.loads(badge[0])["id"].endswith(f"/verify/{code}/badge.json")
    page = verified(client, data)
    assert page.h1 == "The file is genuine"
    assert "the training transcript of 周*," in page.text
    assert "stand in our archive as they did then." in page.text
    assert "周晓岚" not in page.body
    changed = data.replace(b"%%EOF", b"%%E0F", 1)
    assert verified(client, changed).h1 == "The file was changed"

    session.rollback()
    make_record(session, wang, "quiz_passed", "basics", percent=90, outcome="pass")
    session.commit()
    assert "1 came since" in verified(client, data).text

    session.rollback()
    drop_triggers(session.connection())  # as whoever owns the database can
    session.execute(
        update(TrainingRecord)
        .where(TrainingRecord.employee_id == wang_id)
        .values(hash="0" * 64)
        .execution_options(synchronize_session=False)
    )
    session.commit()
    assert "The archive has changed" in verified(client, data).text
