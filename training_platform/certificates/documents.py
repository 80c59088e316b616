"""The PDF file of a certificate: drawn on demand, kept for a day under its digest."""

import hashlib
import time
from pathlib import Path
from typing import Any

from flask import current_app, render_template

from training_platform.certificates import badges
from training_platform.certificates.models import Certificate
from training_platform.core import authority, pdf, signing
from training_platform.core.web import external_url

BANDS = {
    "pass": {"zh": "合格", "en": "Pass"},
    "distinction": {"zh": "优秀", "en": "Distinction"},
}
EMPTY = {"zh": "", "en": ""}
KEEP_SECONDS = 24 * 3600
#: What the signature says that the file is: certificate:<code>.
REASON = "certificate"
BADGE_NAME = "open-badge.json"


def values_of(certificate: Certificate, lang: str) -> dict[str, Any]:
    """Return what the document's template asks for. Plain values: no query is left to do."""
    pinned = certificate.details
    band = BANDS.get(certificate.band, {"zh": certificate.band, "en": certificate.band})
    level = pinned.get("level", EMPTY)
    competencies = pinned.get("competencies", EMPTY)
    company = pinned.get("company", {"zh": "客户关系学堂", "en": "Customer Relations Academy"})
    latin = certificate.holder_name_latin
    return {
        "lang": lang,
        "kind": certificate.kind,
        "holder_name": certificate.holder_name,
        "holder_latin": latin if latin != certificate.holder_name else None,
        "course_title_zh": certificate.title.get("zh", ""),
        "course_title_en": certificate.title.get("en", ""),
        "band_zh": band["zh"],
        "band_en": band["en"],
        "level_zh": level["zh"],
        "level_en": level["en"],
        "competencies_zh": competencies["zh"] or None,
        "competencies_en": competencies["en"] or None,
        "minutes": pinned.get("minutes", 0),
        "issued_on": certificate.issued_on,
        "valid_until": certificate.valid_until,
        "code": certificate.code,
        "subject": certificate.subject,
        "issued_at": certificate.issued_at,
        "recipient": certificate.employee.email or certificate.employee.staff_number,
        "verify_url": external_url("certificates.verify", code=certificate.code),
        "verify_page": external_url("certificates.verify_form"),
        "company_zh": company["zh"],
        "company_en": company["en"],
        "signatures": pinned.get("signatures", []),
    }


def file_name(certificate: Certificate, lang: str) -> str:
    """Return a name that reads well in both languages and keeps its place in a folder."""
    title = certificate.title.get(lang) or next(iter(certificate.title.values()), "")
    word = "证书" if lang == "zh" else "Certificate"
    safe = "".join(c for c in f"{word} {title} {certificate.holder_name}" if c not in '\\/:*?"<>|')
    return f"{safe} {certificate.code[:9]}.pdf"


def render(values: dict[str, Any]) -> bytes:
    """Return the signed PDF file with the digital badge inside; raise what core.pdf.render raises.

    The same certificate gives the same file, also after the kept one is gone: nothing in it depends
    on when it is drawn, as long as the document's design and the signing key stay.
    """
    html = render_template("pdf/certificate/certificate.html", **values)
    named = f"{html}{authority.current().signing.made_at}{values['recipient']}"
    kept = folder() / f"{hashlib.sha256(named.encode()).hexdigest()}.pdf"
    if kept.exists():
        return kept.read_bytes()
    drawn = pdf.render(
        html,
        stylesheets=["certificate/certificate.css"],
        underlay="certificate/background.svg",
    )
    data = signing.sign(
        drawn,
        reason=f"{REASON}:{values['code']}",
        at=values["issued_at"],
        attachments=[badge_of(values)],
    )
    temporary = kept.with_suffix(f".{time.monotonic_ns()}.part")
    temporary.write_bytes(data)
    temporary.replace(kept)
    return data


def badge_of(values: dict[str, Any], name: str = BADGE_NAME) -> signing.Attachment:
    """Return the digital badge of a certificate as a file that goes inside a document."""
    data = badges.as_json(badges.credential(values))
    return signing.Attachment(name, data, "application/ld+json", "Open Badges 3.0")


def folder() -> Path:
    """Return the folder of kept files, made if need be."""
    path = Path(current_app.instance_path) / "cache" / "certificates"
    path.mkdir(parents=True, exist_ok=True)
    return path


def forget_old() -> int:
    """Remove files that were made more than a day ago; return how many."""
    old = [each for each in folder().iterdir() if time.time() - each.stat().st_mtime > KEEP_SECONDS]
    for each in old:
        each.unlink(missing_ok=True)
    return len(old)
