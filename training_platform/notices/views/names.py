"""What pages of HR call kinds of notices and mails."""

from training_platform.core.i18n import translate
from training_platform.notices import wording
from training_platform.notices.mailing import DIGEST
from training_platform.notices.mails import OTHERS, name_of
from training_platform.notices.texts import TEXTS


def kind_name(kind: str | None) -> str:
    """Return what a kind is called: the title of its shipped text, gaps as three dots."""
    text = TEXTS.get(kind or "")
    if text is None:
        return str(name_of(kind))
    return translate(text.title) % wording.Gaps()


def kind_names() -> list[tuple[str, str]]:
    """Return (kind, name) of all kinds of mails, in the order of their names."""
    codes = [*TEXTS, *OTHERS, DIGEST]
    return sorted(((code, kind_name(code)) for code in codes), key=lambda pair: pair[1])
