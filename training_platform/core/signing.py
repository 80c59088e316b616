"""Signed PDF files: the company's own authority, and what a signed file proves.

    data = signing.sign(data, reason="certificate:ABCD-…", at=issued_at, attachments=[…])
    proof = signing.examine(uploaded)

The authority is one file, keys/authority.json under the instance folder: a root certificate that
signs the certificates of the signing keys, the signing keys (the newest signs), and the key of the
digital badges. Private keys in it are encrypted under a key derived from SECRET_KEY. It is made
with the first document, or by `flask certificates make-authority`.

Signing is deterministic (RFC 6979, the time is given), so the same document gives the same file.
Signing and examining are slow work: call them outside a transaction. pyHanko is loaded lazily.
"""

import hashlib
import io
import logging
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from training_platform.core.authority import Authority, SigningKey, current

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

log = logging.getLogger(__name__)

FIELD = "Signature1"
#: Bytes kept free for the signature: with both certificates it takes about 1,500.
RESERVED = 2048
#: A larger file is none of ours.
MOST_BYTES = 5_000_000
_NUMBER = rb"\s*(\d{1,10})\s*"
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[" + _NUMBER * 4 + rb"\]")


class Verdict(StrEnum):
    """What is known about a file."""

    GENUINE = "genuine"
    #: Signed by a key of ours that another has replaced; still genuine.
    OLD_KEY = "old_key"
    #: Signed by a key of ours that is no longer trusted.
    WITHDRAWN_KEY = "withdrawn_key"
    CHANGED = "changed"
    FOREIGN = "foreign"
    UNSIGNED = "unsigned"
    NO_PDF = "no_pdf"
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class Proof:
    """What a file proves. The reason and the time are told only where it is as we signed it."""

    verdict: Verdict
    reason: str = ""
    signed_at: datetime | None = None

    @property
    def is_ours(self) -> bool:
        """Tell that the file is exactly as we signed it, by a key that is trusted."""
        return self.verdict in {Verdict.GENUINE, Verdict.OLD_KEY}


@dataclass(frozen=True)
class Attachment:
    """A file that goes inside the document, under the signature."""

    name: str
    data: bytes
    media_type: str
    description: str = ""


def sign(
    data: bytes, *, reason: str, at: datetime, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return the PDF file with an invisible PAdES signature after which nothing may change.

    reason is what the document is, as "kind:name" in ASCII; examine() gives it back. at is the time
    that the signature states. Raises what core.authority.current() raises.
    """
    from pyhanko.pdf_utils import embed, generic  # noqa: PLC0415  # heavy
    from pyhanko.sign import fields, signers  # noqa: PLC0415

    authority = current()
    writer = _writer()(io.BytesIO(data))
    digest = hashlib.sha256(data + reason.encode()).digest()[:16]
    ident = generic.ByteStringObject(digest)  # random otherwise
    writer._document_id = generic.ArrayObject([ident, ident])
    for each in attachments:
        content = embed.EmbeddedFileObject.from_file_data(
            writer,
            each.data,
            params=embed.EmbeddedFileParams(creation_date=at, modification_date=at),
            mime_type=each.media_type,
        )
        embed.embed_file(
            writer,
            embed.FileSpec(
                file_spec_string=each.name,
                file_name=each.name,
                embedded_data=content,
                description=each.description or None,
                af_relationship=generic.NameObject("/Data"),
            ),
        )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        reason=reason,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signer = _pdf_signer()(metadata, signer=_signer(authority.signing, authority.root_pem))
    signer.signed_at = at
    signed: bytes = _apart(lambda: signer.sign_pdf(writer, bytes_reserved=2 * RESERVED).getvalue())
    return signed


def examine(data: bytes) -> Proof:
    """Tell what a file of a stranger proves. Never raises, keeps nothing.

    Only a file that is byte for byte as one of our keys signed it is ever parsed as a PDF: a
    hostile one gets no further than its signature.
    """
    if len(data) > MOST_BYTES:
        return Proof(Verdict.TOO_LARGE)
    if not data.startswith(b"%PDF-"):
        return Proof(Verdict.NO_PDF)
    found = _BYTE_RANGE.findall(data)
    if not found:
        return Proof(Verdict.UNSIGNED)
    authority = current()
    signature = _signature_in(data, tuple(int(number) for number in found[-1]), authority)
    return Proof(Verdict.CHANGED) if signature is None else _judged(signature, data, authority)


def _judged(signature: "_Signature", data: bytes, authority: Authority) -> Proof:
    key = authority.key_of(signature.serial)
    if key is None:
        return Proof(Verdict.FOREIGN)
    if not signature.holds(key.certificate):
        return Proof(Verdict.CHANGED)
    if key.withdrawn_at is not None:
        return Proof(Verdict.WITHDRAWN_KEY)
    reason, signed_at = _said_in(data, authority)
    if signed_at is None:
        return Proof(Verdict.CHANGED)
    return Proof(Verdict.OLD_KEY if key.replaced_at else Verdict.GENUINE, reason, signed_at)


@dataclass(frozen=True)
class _Signature:
    """A signature as it stands in a file, before anything is believed."""

    serial: int
    attributes: bytes
    value: bytes
    stated_digest: bytes
    actual_digest: bytes
    #: Nothing lies outside of what was signed but a signature in the one form in which we write it.
    is_bare: bool

    def holds(self, certificate: x509.Certificate) -> bool:
        """Tell that the certificate's key signed exactly these bytes."""
        key = certificate.public_key()
        if self.stated_digest != self.actual_digest or not self.is_bare:
            return False
        try:
            assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101  # as ours all are
            key.verify(self.value, self.attributes, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


def _signature_in(data: bytes, found: tuple[int, ...], authority: Authority) -> _Signature | None:
    """Return the signature at a byte range; None where there is none that can be read."""
    from asn1crypto import cms  # noqa: PLC0415  # comes with pyHanko

    start, length, second, rest = found
    gap = data[length:second]
    try:
        info = cms.ContentInfo.load(bytes.fromhex(gap[1:-1].decode("ascii")))["content"]
        info = info["signer_infos"][0]
        attributes = info["signed_attrs"]
        stated = next(each for each in attributes if each["type"].native == "message_digest")
        serial = info["sid"].chosen["serial_number"].native
        key = authority.key_of(serial)
        is_whole = (start, second + rest) == (0, len(data))
        return _Signature(
            serial=serial,
            attributes=attributes.untag().dump(),
            value=info["signature"].native,
            stated_digest=stated["values"][0].native,
            actual_digest=hashlib.sha256(data[:length] + data[second:]).digest(),
            is_bare=is_whole and key is not None and gap == _as_we_write(info, key, authority, gap),
        )
    except Exception:  # a stranger's bytes fail in any way there is
        log.info("an uploaded file holds no readable signature")
        return None


def _as_we_write(info: Any, key: SigningKey, authority: Authority, gap: bytes) -> bytes:
    """Return the bytes in which we write a signature: what it does not cover may not differ."""
    from asn1crypto import cms, core  # noqa: PLC0415
    from asn1crypto import x509 as asn1  # noqa: PLC0415

    sha256 = {"algorithm": "sha256", "parameters": core.Null()}
    certificates = [asn1.Certificate.load(each) for each in (authority.root_der, key.der)]
    written: bytes = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": "v1",
                "digest_algorithms": [sha256],
                "encap_content_info": {"content_type": "data"},
                "certificates": certificates,
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier(
                            "issuer_and_serial_number",
                            {
                                "issuer": certificates[1].issuer,
                                "serial_number": certificates[1].serial_number,
                            },
                        ),
                        "digest_algorithm": sha256,
                        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                        "signed_attrs": info["signed_attrs"],
                        "signature": info["signature"].native,
                    }
                ],
            },
        }
    ).dump()
    return b"<" + written.hex().upper().encode().ljust(len(gap) - 2, b"0") + b">"


def _said_in(data: bytes, authority: Authority) -> tuple[str, datetime | None]:
    """Let pyHanko validate a file that is ours; return its reason and time, None if it is not."""
    from asn1crypto import x509 as asn1  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    embedded = PdfFileReader(io.BytesIO(data)).embedded_signatures[-1]
    signed_at = embedded.self_reported_timestamp or datetime.now(UTC)
    root = asn1.Certificate.load(authority.root_der)
    moment = max(signed_at, authority.made_at)
    context = ValidationContext(trust_roots=[root], allow_fetching=False, moment=moment)
    status = _apart(lambda: validate_pdf_signature(embedded, context))
    if not (status.intact and status.valid and status.trusted):
        return "", None
    return str(embedded.sig_object.get("/Reason", "")), signed_at


def _apart(call: Callable[[], Any]) -> Any:
    """Call what runs an event loop of its own: none may run in the thread already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


@lru_cache(maxsize=4)
def _signer(key: SigningKey, root_pem: str) -> "SimpleSigner":
    from asn1crypto import keys, pem  # noqa: PLC0415
    from asn1crypto import x509 as asn1  # noqa: PLC0415
    from pyhanko.sign import signers  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    private = key.private_key()

    class Deterministic(signers.SimpleSigner):
        """Signs the same with the same bytes, so that a document drawn again is the same file."""

        def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
            """Return the signature after RFC 6979."""
            assert digest_algorithm == "sha256"  # noqa: S101  # as sign() asks
            return private.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))

    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(asn1.Certificate.load(pem.unarmor(root_pem.encode())[2]))
    return Deterministic(
        signing_cert=asn1.Certificate.load(pem.unarmor(key.certificate_pem.encode())[2]),
        signing_key=keys.PrivateKeyInfo.load(
            private.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
        cert_registry=store,
    )


@lru_cache(maxsize=1)
def _writer() -> Any:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415

    class Untouched(IncrementalPdfFileWriter):
        """Leaves what the document says of itself: it would state the moment of writing."""

        def _update_meta(self) -> None:
            pass

    return Untouched


@lru_cache(maxsize=1)
def _pdf_signer() -> Any:
    from pyhanko.sign import signers  # noqa: PLC0415

    class At(signers.PdfSigner):
        """States the time that it is told."""

        signed_at: datetime

        def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
            """Begin as always, with the document's own time."""
            session = super().init_signing_session(*args, **kwargs)
            session.system_time = self.signed_at
            return session

    return At
