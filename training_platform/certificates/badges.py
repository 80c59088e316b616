"""Open Badges 3.0: a certificate as a credential that software can verify, signed by us.

The proof is a Data Integrity proof (eddsa-rdfc-2022); the issuer is named by its key (did:key), so
nobody has to ask us whether it holds. Contexts are read from this folder, never from elsewhere.
The holder's name is not in it: only a salted hash of the address, as the standard asks.
"""

import hashlib
import json
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization

from training_platform.core import clock
from training_platform.core.authority import Authority, current

_FOLDER = Path(__file__).parent / "contexts"
CONTEXTS = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "open-badges-3.0.3.json",
}
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PREFIX = b"\xed\x01"


def credential(values: dict[str, Any]) -> dict[str, Any]:
    """Return the signed credential of what documents.values_of() says of a certificate.

    The same certificate gives the same credential. Raises what core.authority.current() raises.
    """
    authority = current()
    unsigned = _unsigned(values, _did(authority))
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": _instant(values["issued_at"]),
        "verificationMethod": f"{_did(authority)}#{_public_key(authority)}",
        "proofPurpose": "assertionMethod",
    }
    context = {"@context": unsigned["@context"]}
    digest = hashlib.sha256(_canonical(context | options)).digest()
    digest += hashlib.sha256(_canonical(unsigned)).digest()
    signature = authority.badge_private_key().sign(digest)
    return unsigned | {"proof": options | {"proofValue": "z" + _base58(signature)}}


def as_json(signed: dict[str, Any]) -> bytes:
    """Return a credential as a file."""
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()


def _unsigned(values: dict[str, Any], did: str) -> dict[str, Any]:
    zh, en = values["course_title_zh"], values["course_title_en"]
    found = {
        "@context": list(CONTEXTS),
        "id": f"{values['verify_url']}/badge.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{zh} · {en}",
        "issuer": {
            "id": did,
            "type": ["Profile"],
            "name": f"{values['company_zh']} · {values['company_en']}",
        },
        "validFrom": _instant(values["issued_at"]),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_identity(values)],
            "achievement": {
                "id": f"{values['verify_page']}#{values['kind']}/{values['subject']}",
                "type": ["Achievement"],
                "name": f"{zh} · {en}",
                "description": _description(values),
                "criteria": {
                    "narrative": "学完全部课程内容，并通过全部考核。 "
                    "Complete everything and pass every assessment in it."
                },
            },
        },
    }
    if values["valid_until"]:
        last = datetime.combine(values["valid_until"], time(23, 59, 59), clock.company_zone())
        found["validUntil"] = _instant(last.astimezone(UTC))
    return found


def _description(values: dict[str, Any]) -> str:
    parts = [values["competencies_zh"], values["competencies_en"]]
    return " ".join(part for part in parts if part) or f"{values['band_zh']} {values['band_en']}"


def _identity(values: dict[str, Any]) -> dict[str, Any]:
    """Return the holder as a salted hash: whoever knows the address can compare it."""
    salt = hashlib.sha256(f"badge:{values['code']}".encode()).hexdigest()[:16]
    known = f"{values['recipient']}{salt}".encode()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${hashlib.sha256(known).hexdigest()}",
        "identityType": "emailAddress" if "@" in values["recipient"] else "systemId",
        "salt": salt,
    }


def _instant(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _did(authority: Authority) -> str:
    return f"did:key:{_public_key(authority)}"


def _public_key(authority: Authority) -> str:
    raw = (
        authority.badge_private_key()
        .public_key()
        .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    )
    return "z" + _base58(_ED25519_PREFIX + raw)


def _base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _canonical(document: dict[str, Any]) -> bytes:
    """Return a document as canonical N-Quads (RDFC-1.0), read with our own contexts only."""
    from pyld import jsonld  # noqa: PLC0415  # only badges need it

    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": _load,
    }
    text: str = jsonld.normalize(document, options)
    return text.encode()


def _load(url: str, _options: Any = None) -> dict[str, Any]:
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": _context(url),
        "tag": "static",  # it never changes, so what it means is worked out once a process
    }


@lru_cache(maxsize=8)
def _context(url: str) -> Any:
    if url not in CONTEXTS:
        raise ValueError(f"{url} is no context of ours; nothing is fetched")
    return json.loads((_FOLDER / CONTEXTS[url]).read_text(encoding="utf-8"))
