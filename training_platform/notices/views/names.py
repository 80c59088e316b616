"""What pages of HR call kinds of notices and mails."""

import re

from flask_babel import gettext

from training_platform.core.i18n import translate
from training_platform.notices import samples, wording
from training_platform.notices.mailing import DIGEST
from training_platform.notices.mails import OTHERS, name_of
from training_platform.notices.texts import TEXTS

#: What stands where a kind names a person, until it is known whether anything follows.
_PERSON = "\ue000"
_GAP = f"[…{_PERSON}]"
#: Gaps that a name can do without: in brackets, and behind a colon, a comma or a question.
_AT_THE_END = re.compile(rf"\s*[(（]{_GAP}[)）]|\s*[:：,，]\s*{_GAP}$|(?<=[?？])\s*{_GAP}$")


def kind_name(kind: str | None) -> str:
    """Return what a kind is called: the title of its shipped text without what it is about."""
    text = TEXTS.get(kind or "")
    if text is None:
        return str(name_of(kind))
    people = () if samples.thing_of(kind or "") else samples.PEOPLE
    gaps = wording.Gaps(dict.fromkeys(people, _PERSON))
    named, shorter = "", translate(text.title) % gaps
    while named != shorter:
        named, shorter = shorter, _AT_THE_END.sub("", shorter)
    named = named.replace(_PERSON, gettext("somebody"))
    return named[:1].upper() + named[1:]


def sample_title(kind: str, worded: wording.Wording | None) -> str:
    """Return the title of a kind as it reads today, with sample values in it."""
    return wording.title_of(kind, samples.sample_values(wording.placeholders(kind), kind), worded)


def kind_names() -> list[tuple[str, str]]:
    """Return (kind, name) of all kinds of mails, in the order of their names."""
    codes = [*TEXTS, *OTHERS, DIGEST]
    return sorted(((code, kind_name(code)) for code in codes), key=lambda pair: pair[1])
