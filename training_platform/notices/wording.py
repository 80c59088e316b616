"""What a notice says: the shipped text or that of HR, with the values put in.

Texts of HR name placeholders in braces: {title}. Values are put in once and never looked through
again, so a value that looks like a placeholder or like markup stays what it is: plain text.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale

from training_platform.core.errors import RuleError
from training_platform.core.i18n import LANGUAGES, language, pick, translate
from training_platform.notices.texts import TEXTS


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


LONGEST_TITLE = 150
LONGEST_BODY = 2000
#: {zh: {title, body}, en: {title, body}}: a wording of HR.
Wording = Mapping[str, Mapping[str, str]]

_DUE = _("Due on %(due)s.")
_SHIPPED = re.compile(r"%\((\w+)\)s")
_IN_BRACES = re.compile(r"\{(\w+)\}")
_MARKUP = re.compile(r"<\s*[A-Za-z/!?]|&#?\w+;|javascript:", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


class Gaps(dict[str, Any]):
    """Fills every placeholder with three dots: how a kind is called."""

    def __missing__(self, key: str) -> str:
        """Return the dots."""
        return "…"


def title_of(kind: str, values: Mapping[str, Any], wording: Wording | None = None) -> str:
    """Return the title of a notice in the present language."""
    return _said(kind, "title", values, wording) or kind


def body_of(kind: str, values: Mapping[str, Any], wording: Wording | None = None) -> str:
    """Return the body of a notice in the present language; a due day that it leaves unsaid before.

    Chinese sentences follow each other without a space.
    """
    body, due = _said(kind, "body", values, wording), _picked({"due": values.get("due")})["due"]
    if due in {None, "", "–"} or str(due) in body + title_of(kind, values, wording):
        return body
    return f"{translate(_DUE) % {'due': due}}{'' if language() == 'zh' else ' '}{body}"


def icon_of(kind: str) -> str:
    """Return the icon of a kind."""
    text = TEXTS.get(kind)
    return text.icon if text else "bell"


def shipped(kind: str) -> dict[str, dict[str, str]]:
    """Return the shipped text of a kind in both languages, its placeholders in braces."""
    text, found = TEXTS[kind], {}
    for code in LANGUAGES:
        with force_locale(code):
            found[code] = {
                "title": _to_braces(translate(text.title)),
                "body": _to_braces(translate(text.body)),
            }
    return found


def placeholders(kind: str) -> tuple[str, ...]:
    """Return the placeholders that the text of a kind may name, in their order."""
    text = TEXTS[kind]
    return tuple(dict.fromkeys(_SHIPPED.findall(text.title + text.body)))


def check(kind: str, wording: Wording) -> None:
    """Refuse a wording that cannot be sent.

    Raises RuleError, its field <language>_title or <language>_body: a text is missing or too
    long, names a placeholder that the kind does not have, or holds markup.
    """
    for code in LANGUAGES:
        for part, longest in (("title", LONGEST_TITLE), ("body", LONGEST_BODY)):
            _check_text(kind, wording[code][part], longest, f"{code}_{part}")


def _check_text(kind: str, text: str, longest: int, field: str) -> None:
    if not text.strip() or len(text) > longest:
        raise RuleError(
            _("Write a text of 1 to %(longest)s characters."), field=field, longest=longest
        )
    if _MARKUP.search(text):
        raise RuleError(
            _("Mails are plain text: leave out tags such as <b> and codes."), field=field
        )
    if _CONTROLS.search(text) or (field.endswith("title") and "\n" in text):
        raise RuleError(
            _("Leave out line breaks in titles, and invisible characters."), field=field
        )
    known = placeholders(kind)
    for name in _IN_BRACES.findall(text):
        if name not in known:
            raise RuleError(_("This notice has no placeholder {%(name)s}."), field=field, name=name)
    if re.search(r"[{}]", _IN_BRACES.sub("", text)):
        raise RuleError(_("Braces only stand around a placeholder: {title}."), field=field)


def _said(kind: str, part: str, values: Mapping[str, Any], wording: Wording | None) -> str:
    worded = (wording or {}).get(language(), {}).get(part)
    if worded:
        picked = _picked(values)
        return _IN_BRACES.sub(lambda found: str(picked[found.group(1)]), worded)
    text = TEXTS.get(kind)
    return translate(getattr(text, part)) % _picked(values) if text else ""


def _picked(values: Mapping[str, Any]) -> _Values:
    return _Values(
        {key: pick(value) if isinstance(value, Mapping) else value for key, value in values.items()}
    )


def _to_braces(text: str) -> str:
    return _SHIPPED.sub(r"{\1}", text).replace("%%", "%")
