"""What the archive's pages and files say: filters, formats, states, columns."""

from collections.abc import Iterable, Mapping

from flask_babel import force_locale

from training_platform.archives.rules import (
    CertificateState,
    Every,
    Format,
    PullState,
    Result,
    Wanted,
)
from training_platform.core.i18n import language, pick, translate
from training_platform.records.texts import GROUPS, OTHER, OUTCOMES, TEXTS


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


RESULTS: Mapping[str, str] = {
    Result.PASSED: _("Pass"),
    Result.FAILED: _("Not passed"),
    Result.NONE: _("Without a result"),
}
CERTIFICATES: Mapping[str, str] = {
    CertificateState.VALID: _("Holds a valid one"),
    CertificateState.EXPIRING: _("One ends within 60 days"),
    CertificateState.EXPIRED: _("One has ended"),
    CertificateState.REVOKED: _("One was revoked"),
    CertificateState.NEVER: _("Never held one"),
}
FORMATS: Mapping[str, str] = {
    Format.XLSX: _("Spreadsheet (XLSX)"),
    Format.CSV: _("Table (CSV)"),
    Format.TRANSCRIPTS: _("Transcripts (PDF)"),
    Format.FOLDER: _("Everything in one folder (ZIP)"),
}
FORMAT_HINTS: Mapping[str, str] = {
    Format.XLSX: _("All records found, with a sheet that explains each column."),
    Format.CSV: _("All records found, for other programs."),
    Format.TRANSCRIPTS: _("One printable PDF a person, in both languages."),
    Format.FOLDER: _("Records, transcripts, an index and checksums, as a department hands over."),
}
STATES: Mapping[str, str] = {
    PullState.WAITING: _("Being made"),
    PullState.READY: _("Ready to download"),
    PullState.FAILED: _("Failed"),
    PullState.EXPIRED: _("No longer kept"),
}
TONES: Mapping[str, str] = {
    PullState.WAITING: "info",
    PullState.READY: "ok",
    PullState.FAILED: "bad",
    PullState.EXPIRED: "",
}
EVERY: Mapping[str, str] = {
    "": _("Once, now"),
    Every.WEEK: _("Each Monday"),
    Every.MONTH: _("On the first of each month"),
}
#: Name, meaning, width of each column of a table that leaves the archive.
COLUMNS: tuple[tuple[str, str, int], ...] = (
    (_("Date"), _("The day on which it happened, in the company's time zone."), 12),
    (_("Staff number"), _("The employee's staff number."), 13),
    (_("Name"), _("The employee's name today."), 14),
    (_("Department"), _("Where the employee works today."), 22),
    (_("Job role"), _("The job role that the employee has today."), 30),
    (_("Kind"), _("What kind of record it is."), 24),
    (_("Title"), _("The course, quiz, certificate or other thing it is about."), 40),
    (_("Provider"), _("Who held an external training; empty for internal ones."), 24),
    (_("Result"), _("Pass, distinction, not passed; empty where there is none."), 14),
    (_("Score (%)"), _("The score in percent of all points, where there is one."), 12),
    (_("Hours"), _("The hours that were spent, where they are known."), 14),
    (_("Counts"), _("No means that a correction declared the record void."), 11),
)


def legend(columns: Iterable[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Return what each column of a file means: first in the page's language, then in the other."""
    marked = [(_("Column"), _("Meaning")), *columns]
    lines: list[list[tuple[str, str]]] = []
    for code in (language(), "en" if language() == "zh" else "zh"):
        with force_locale(code):
            lines.append([(translate(title), translate(meaning)) for title, meaning in marked])
    return [(*own, *other) for own, other in zip(*lines, strict=True)]


def kind_name(kind: str) -> str:
    """Return a kind of records as a word, in the page's language."""
    return translate(TEXTS.get(kind, OTHER).line) % {"title": ""} if kind in TEXTS else kind


def plain_kind(kind: str) -> str:
    """Return a kind's name without the colon that a title would follow."""
    return kind_name(kind).strip().rstrip(":：").strip()


def line_of(kind: str, title: Mapping[str, str], subject: str) -> str:
    """Return how a record reads in one line, in the page's language."""
    return translate(TEXTS.get(kind, OTHER).line) % {"title": pick(title) or subject}


def outcome_name(outcome: str) -> str:
    """Return a result as a word; empty for none."""
    known = OUTCOMES.get(outcome)
    return translate(known) if known else ""


def group_name(kind: str) -> str:
    """Return a filter by kind as a word."""
    return translate(GROUPS[kind]) if kind in GROUPS else plain_kind(kind)


def summary_of(wanted: Wanted, departments: Mapping[int, str], roles: Mapping[str, str]) -> str:
    """Return in one line what was asked for, in the page's language."""
    certificate, result = CERTIFICATES.get(wanted.certificate), RESULTS.get(wanted.result)
    parts = [
        wanted.q,
        wanted.person,
        departments.get(int(wanted.department), "") if wanted.department else "",
        roles.get(wanted.job_role, wanted.job_role),
        group_name(wanted.kind) if wanted.kind else "",
        wanted.subject,
        translate(result) if result else "",
        translate(certificate) if certificate else "",
        translate(_("Overdue")) if wanted.overdue else "",
        wanted.year,
        f"{wanted.since} – {wanted.until}" if wanted.since or wanted.until else "",
    ]
    return " · ".join(part for part in parts if part) or translate(_("Everything"))
