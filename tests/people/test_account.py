"""One's own account: theme, picture, data; and failed jobs in the administration."""

import io
import json
import struct
import zlib

import pytest
from PIL import Image
from sqlalchemy import select

from tests.factories.people import make_employee
from training_platform.core import clock, files
from training_platform.core.audit import AuditEvent
from training_platform.core.jobs import Job, JobState
from training_platform.core.permissions import Right
from training_platform.people.models import Employee


@pytest.fixture
def person(session, client):
    person = make_employee(session, password="a long enough password")
    session.commit()
    client.sign_in(person)
    session.commit()
    return person


def picture(kind="PNG", size=(40, 30), **more):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def empty_png(width, height):
    """Return a PNG that claims a size and holds no picture: small to send, huge to unpack."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def send(client, data, name="me.png"):
    return client.post("/account/picture", data={"picture": (io.BytesIO(data), name)})


# ---- Theme ----------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_the_theme_is_kept_and_one_stays_on_the_page(client, session, person, theme):
    here = "http://localhost/account/history"

    response = client.post("/account/theme", data={"theme": theme}, headers={"Referer": here})

    assert (response.status_code, response.location) == (303, "/account/history")
    assert session.scalar(select(Employee.theme).where(Employee.id == person.id)) == theme


def test_a_theme_that_does_not_exist_changes_nothing(client, session, person):
    assert client.post("/account/theme", data={"theme": "<script>"}).status_code == 303
    assert session.scalar(select(Employee.theme).where(Employee.id == person.id)) == "system"


@pytest.mark.parametrize("referrer", ["https://elsewhere.example/x", "javascript:alert(1)", ""])
def test_changing_the_theme_leads_to_no_other_site(client, person, referrer):
    response = client.post("/account/theme", data={"theme": "dark"}, headers={"Referer": referrer})

    assert response.location == "/account/"


# ---- Picture --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_cut_to_a_square_and_served_inline(client, person, kind):
    assert send(client, picture(kind)).status_code == 303

    response = client.get(f"/people/{person.id}/picture")

    assert response.mimetype == "image/webp"
    assert Image.open(io.BytesIO(response.data)).size == (256, 256)
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_hidden_data_of_a_picture_are_not_kept(client, person):
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    assert send(client, picture("JPEG", exif=exif) + b"<?php trailing").status_code == 303

    data = client.get(f"/people/{person.id}/picture").data

    assert b"where I live" not in data
    assert b"<?php" not in data


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.png"),
        (b"GIF89a" + b"\0" * 40, "me.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "me.svg"),
        (b"<!doctype html><script>alert(1)</script>", "me.png"),
        (b"%PDF-1.7", "me.jpg"),
        (picture()[:60], "cut.png"),
        (picture("GIF"), "animated.gif"),
        (picture("TIFF"), "scan.png"),
        (empty_png(30_000, 30_000), "bomb.png"),
        (empty_png(5_000, 5_000), "large.png"),
    ],
    ids=["empty", "gif", "svg", "html", "pdf", "cut", "real-gif", "tiff", "bomb", "25-megapixel"],
)
def test_what_is_no_fitting_picture_is_refused_beside_its_field(
    client, session, person, data, name
):
    response = send(client, data, name)

    assert response.status_code == 422
    assert session.scalars(select(files.StoredFile)).all() == []
    assert session.scalar(select(Employee.picture_id).where(Employee.id == person.id)) is None


def test_the_name_of_an_upload_is_never_a_path(client, session, person):
    assert send(client, picture(), "../../etc/passwd.png").status_code == 303

    stored = session.scalars(select(files.StoredFile)).one()
    assert stored.name == "picture.webp"
    assert (files.folder() / stored.token).exists()


def test_a_picture_is_removed(client, session, person):
    send(client, picture())
    assert client.post("/account/picture/remove").status_code == 303

    assert client.get(f"/people/{person.id}/picture").status_code == 404
    assert session.scalars(select(files.StoredFile.expires_at)).one() is not None


def test_colleagues_do_not_see_the_picture(client, session, person):
    send(client, picture())
    other = make_employee(session)
    address = f"/people/{person.id}/picture"
    session.commit()
    client.sign_in(other)

    assert client.get(address).status_code == 404


# ---- Data -----------------------------------------------------------------------------------


def test_my_data_are_about_me_and_hold_no_secret(client, session, person):
    make_employee(session, name="别人", username="somebody.else")
    secrets = (person.password_hash, "password", "totp", "token")
    username = person.username
    session.commit()

    response = client.get("/account/data.json")

    assert response.headers["Content-Disposition"].startswith("attachment")
    text = json.dumps(response.json, ensure_ascii=False)
    assert username in text
    assert "somebody.else" not in text
    assert not [secret for secret in secrets if secret in text]


# ---- Failed jobs ----------------------------------------------------------------------------


@pytest.fixture
def failed_job(session):
    job = Job(
        name="people.example",
        payload={},
        key="example",
        state=JobState.FAILED,
        tries=5,
        created_at=clock.now(),
        run_after=clock.now(),
        finished_at=clock.now(),
        fault="it broke",
    )
    session.add(job)
    session.commit()
    return job.id


def test_an_administrator_lets_a_failed_job_run_again_once(client, session, failed_job):
    client.sign_in(make_employee(session, rights=(Right.ADMIN,)))
    session.commit()
    assert "people.example" in client.page("/admin/jobs").text

    first = client.post(f"/admin/jobs/{failed_job}/retry")
    second = client.post(f"/admin/jobs/{failed_job}/retry")

    assert (first.status_code, second.status_code) == (303, 409)
    job = session.get_one(Job, failed_job, populate_existing=True)
    assert (job.state, job.tries, job.finished_at) == (JobState.WAITING, 0, None)
    assert session.scalars(
        select(AuditEvent.action).where(AuditEvent.action == "jobs.retry")
    ).all() == ["jobs.retry"]


def test_an_unknown_job_is_not_found(client, session):
    client.sign_in(make_employee(session, rights=(Right.ADMIN,)))
    session.commit()

    assert client.post("/admin/jobs/999/retry").status_code == 404


def test_hr_does_not_see_the_jobs(client, session, failed_job):
    client.sign_in(make_employee(session, rights=(Right.HR,)))
    session.commit()

    assert client.get("/admin/jobs").status_code == 403
    assert client.post(f"/admin/jobs/{failed_job}/retry").status_code == 403
