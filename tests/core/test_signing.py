"""Signed files: what they prove, whatever is done to them. One small document for all tests."""

import asyncio
import io
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pypdf import PdfReader, PdfWriter

from training_platform.core import authority, backup, clock, doctor, signing
from training_platform.core.signing import Attachment, Verdict

AT = datetime(2026, 3, 1, 4, tzinfo=UTC)


def drawn() -> bytes:
    """Return a page without drawing one: signing asks for any PDF file."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 100)
    writer.write(out)
    return out.getvalue()


def signed(**changes) -> bytes:
    badge = Attachment("badge.json", b'{"a": 1}', "application/ld+json")
    return signing.sign(drawn(), reason="certificate:ABC", at=AT, attachments=[badge], **changes)


def test_a_signed_file_proves_what_it_is_and_when(session):
    proof = signing.examine(signed())

    assert (proof.verdict, proof.reason, proof.signed_at) == (
        Verdict.GENUINE,
        "certificate:ABC",
        AT,
    )


def test_signing_again_at_another_time_gives_the_same_file(session):
    first = signed()
    time.sleep(1.05)  # dates in a PDF file are whole seconds

    assert signed() == first


def test_a_file_is_signed_and_examined_where_an_event_loop_runs_already(session):
    async def proof():
        return signing.examine(signed())

    # In a thread of its own: the browser's loop may be running in this one.
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(copy_context().run, asyncio.run, proof()).result()
    assert found.verdict is Verdict.GENUINE


def test_the_file_carries_its_attachment(session):
    reader = PdfReader(io.BytesIO(signed()))

    assert reader.attachments["badge.json"] == [b'{"a": 1}']


def test_no_file_with_one_byte_changed_is_genuine(session):
    data = signed()
    start = data.index(b"/Contents <")
    places = {*range(0, len(data), 211), *range(start, start + 4200, 61), len(data) - 1}

    for place in sorted(places):
        changed = bytearray(data)
        changed[place] ^= 1
        assert not signing.examine(bytes(changed)).is_ours, place


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda data: data + b"\n", Verdict.CHANGED),
        (lambda data: data[:-200], Verdict.CHANGED),
        (lambda data: data + data, Verdict.CHANGED),
        (lambda _data: drawn(), Verdict.UNSIGNED),
        (lambda _data: b"", Verdict.NO_PDF),
        (lambda _data: b"PK\x03\x04 a ZIP", Verdict.NO_PDF),
        (lambda _data: b"%PDF-1.7\n/ByteRange [0 1 2 3]", Verdict.CHANGED),
        (lambda _data: b"%PDF-" + b"0" * signing.MOST_BYTES, Verdict.TOO_LARGE),
    ],
)
def test_every_other_file_gets_its_own_answer(session, change, verdict):
    assert signing.examine(change(signed())).verdict is verdict


def test_a_file_signed_by_another_authority_is_foreign(session):
    data = signed()
    authority.path().unlink()

    assert signing.examine(data).verdict is Verdict.FOREIGN


def test_what_a_replaced_key_signed_stays_genuine(session):
    old = signed()
    authority.replace_key(withdraw=False)

    assert signing.examine(old).verdict is Verdict.OLD_KEY
    assert signing.examine(signed()).verdict is Verdict.GENUINE


def test_what_a_withdrawn_key_signed_proves_nothing(session):
    old = signed()
    authority.replace_key(withdraw=True)

    assert signing.examine(old).verdict is Verdict.WITHDRAWN_KEY


def test_the_keys_are_readable_by_their_owner_only_and_encrypted(session):
    authority.make()
    file = authority.path()

    assert file.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE KEY" not in file.read_text()


def test_another_secret_key_is_said_with_the_remedy(app, session):
    authority.make()
    app.config["SECRET_KEY"] = "another " * 8

    with pytest.raises(authority.NoAuthorityError, match="SECRET_KEY"):
        signed()
    finding = doctor._authority()
    assert not finding.is_well
    assert "make-authority" in finding.remedy


def test_making_it_twice_keeps_the_first(session):
    assert authority.make()
    assert not authority.make()


def test_the_doctor_says_when_a_key_ends(session):
    authority.make()
    with clock.stopped(authority.current().signing.ends_at):
        assert "replace-key" in doctor._authority().remedy


def test_a_backup_takes_the_keys_along(app, session, tmp_path):
    authority.make()
    session.commit()

    backup.backup(tmp_path / "b.tar.gz")

    assert "keys/authority.json" in backup.examine(tmp_path / "b.tar.gz").checksums


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
def test_another_program_finds_the_signature_valid(session, tmp_path):
    file = Path(tmp_path / "signed.pdf")
    file.write_bytes(signed())

    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout

    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_a_forged_serial_number_does_not_help(session, monkeypatch):
    """A stranger makes an authority with our names and the serial number of our key."""
    authority.make()
    ours = authority.current()
    serial = ours.signing.certificate.serial_number
    own = authority.path().read_bytes()
    authority.path().unlink()
    monkeypatch.setattr(authority.x509, "random_serial_number", lambda: serial)
    forged = signed()
    authority.path().write_bytes(own)

    assert isinstance(ours.signing.private_key(), ec.EllipticCurvePrivateKey)
    assert signing.examine(forged).verdict is Verdict.CHANGED
