"""The company's own certificate authority, kept in one file with encrypted private keys."""

import base64
import json
import logging
import os
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
from flask import current_app

from training_platform.core import clock, crypto
from training_platform.core.pdf import PdfUnavailableError

log = logging.getLogger(__name__)

PURPOSE = "authority"
ROOT_YEARS, KEY_YEARS = 25, 10
#: A key that ends so soon should be replaced; what it signed stays genuine.
REPLACE_BEFORE = timedelta(days=365)
_PEM = serialization.Encoding.PEM


class NoAuthorityError(PdfUnavailableError):
    """The keys cannot be read: SECRET_KEY is another one, or the file is damaged."""


@dataclass(frozen=True)
class SigningKey:
    """A key that signs documents; the newest one does, the others only vouch for what they did."""

    certificate_pem: str
    encrypted: str
    made_at: str
    replaced_at: str | None = None
    #: Since when nothing that it signed is trusted any more.
    withdrawn_at: str | None = None

    def private_key(self) -> ec.EllipticCurvePrivateKey:
        """Return the private key; raise NoAuthorityError where it cannot be read."""
        return cast("ec.EllipticCurvePrivateKey", _opened(self.encrypted))

    @property
    def certificate(self) -> x509.Certificate:
        """Return the certificate."""
        return x509.load_pem_x509_certificate(self.certificate_pem.encode())

    @property
    def ends_at(self) -> datetime:
        """Return when its certificate ends."""
        return self.certificate.not_valid_after_utc

    @property
    def der(self) -> bytes:
        """Return the certificate as it stands in signatures."""
        return _der(self.certificate_pem)


@dataclass(frozen=True)
class Authority:
    """The root, the signing keys from the oldest to the one in use, and the key of the badges."""

    root_pem: str
    root_key: str
    badge_key: str
    keys: tuple[SigningKey, ...]

    @property
    def signing(self) -> SigningKey:
        """Return the key that signs now."""
        return self.keys[-1]

    @property
    def root_der(self) -> bytes:
        """Return the root certificate."""
        return _der(self.root_pem)

    @property
    def made_at(self) -> datetime:
        """Return since when the root is valid."""
        return x509.load_der_x509_certificate(self.root_der).not_valid_before_utc

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 fingerprint of the root, to be compared by eye."""
        digest = x509.load_der_x509_certificate(self.root_der).fingerprint(hashes.SHA256()).hex()
        return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)).upper()

    def key_of(self, serial: int) -> SigningKey | None:
        """Return the key whose certificate has a serial number; None for a stranger's."""
        return next((each for each in self.keys if each.certificate.serial_number == serial), None)

    def badge_private_key(self) -> ed25519.Ed25519PrivateKey:
        """Return the key that signs digital badges; raise NoAuthorityError."""
        return cast("ed25519.Ed25519PrivateKey", _opened(self.badge_key))


def path() -> Path:
    """Return where the authority is kept; backups take this folder along."""
    return Path(current_app.instance_path) / "keys" / "authority.json"


def exists() -> bool:
    """Tell whether the authority was made."""
    return path().exists()


def current() -> Authority:
    """Return the authority, made if there is none. Raises NoAuthorityError if it is damaged."""
    file = path()
    if not file.exists():
        make()
    return _read(file, file.stat().st_mtime_ns)


def make() -> bool:
    """Make the authority, once: of two at once one wins. Tell whether it was made now."""
    file = path()
    if file.exists():
        return False
    key = ec.generate_private_key(ec.SECP256R1())
    root = _root(key)
    badge = ed25519.Ed25519PrivateKey.generate()
    made = Authority(
        root_pem=root.public_bytes(_PEM).decode(),
        root_key=_sealed(key),
        badge_key=_sealed(badge),
        keys=(_new_key(key, root),),
    )
    temporary = _written(made)
    try:
        os.link(temporary, file)  # fails where another was faster
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    log.info("made the authority that signs documents")
    return True


def replace_key(*, withdraw: bool) -> Authority:
    """Make a new signing key. With withdraw, nothing that the present one signed is trusted.

    Call it with the platform stopped, or be content that documents of this second carry the old
    key. Raises NoAuthorityError.
    """
    authority = current()
    now = clock.now().isoformat(timespec="seconds")
    root = x509.load_pem_x509_certificate(authority.root_pem.encode())
    *older, last = authority.keys
    ended = replace(last, replaced_at=now, withdrawn_at=now if withdraw else None)
    fresh = _new_key(cast("ec.EllipticCurvePrivateKey", _opened(authority.root_key)), root)
    changed = replace(authority, keys=(*older, ended, fresh))
    _written(changed).replace(path())
    return changed


def _root(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("客户关系学堂 Customer Relations Academy · Root CA")
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    return (
        _builder(name, name, key.public_key(), ROOT_YEARS)
        .add_extension(constraints, critical=True)
        .add_extension(_usage(for_authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _new_key(root_key: ec.EllipticCurvePrivateKey, root: x509.Certificate) -> SigningKey:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("客户关系学堂 Customer Relations Academy · Documents")
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    certificate = (
        _builder(name, root.subject, key.public_key(), KEY_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(for_authority=False), critical=True)
        .add_extension(issuer, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    pem = certificate.public_bytes(_PEM).decode()
    return SigningKey(pem, _sealed(key), clock.now().isoformat(timespec="seconds"))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, years: int
) -> x509.CertificateBuilder:
    # Documents state when they were issued, which may be long before the authority was made.
    begins, now = datetime(2020, 1, 1, tzinfo=UTC), clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, for_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not for_authority,
        content_commitment=not for_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=for_authority,
        crl_sign=for_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _sealed(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    raw = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return crypto.encrypt(base64.b64encode(raw).decode("ascii"), purpose=PURPOSE)


def _opened(token: str) -> object:
    try:
        raw = base64.b64decode(crypto.decrypt(token, purpose=PURPOSE))
    except crypto.UnreadableSecretError:
        raise NoAuthorityError(
            "the keys that sign documents were encrypted under another SECRET_KEY",
            "flask --app app certificates make-authority --anew",
        ) from None
    return serialization.load_der_private_key(raw, password=None)


def _written(authority: Authority) -> Path:
    """Write the authority beside its place, readable by its owner only; return where."""
    folder = path().parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f"authority.{uuid.uuid4().hex}.part"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(asdict(authority), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    return temporary


@lru_cache(maxsize=4)
def _read(file: Path, _changed_at: int) -> Authority:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        keys = tuple(SigningKey(**each) for each in data.pop("keys"))
        return Authority(keys=keys, **data)
    except (ValueError, TypeError, KeyError):
        raise NoAuthorityError(
            f"{file} is damaged", "flask --app app restore the newest backup"
        ) from None


def _der(pem: str) -> bytes:
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.DER)
