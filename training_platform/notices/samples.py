"""What placeholders stand for, and values to preview a text with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training_platform.core.i18n import Text, language


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Placeholder:
    """What a placeholder stands for, with a value to preview it."""

    meaning: str
    sample: Text


_ANY = Placeholder(_("A value of this notice"), {"zh": "……", "en": "…"})
PLACEHOLDERS: Mapping[str, Placeholder] = {
    "at": Placeholder(_("Day and time"), {"zh": "2026-12-01 14:30", "en": "2026-12-01 14:30"}),
    "check": Placeholder(
        _("The question or check that it is about"), {"zh": "跟进方式", "en": "Kind of follow-up"}
    ),
    "checked": Placeholder(_("How many were looked at"), {"zh": "12", "en": "12"}),
    "code": Placeholder(_("The code of the certificate"), {"zh": "7K2M-9QWX", "en": "7K2M-9QWX"}),
    "certificate": Placeholder(
        _("The certificate's title"), {"zh": "客户资料管理基础", "en": "Customer data basics"}
    ),
    "count": Placeholder(_("Count"), {"zh": "12", "en": "12"}),
    "days": Placeholder(_("How many days"), {"zh": "3", "en": "3"}),
    "due": Placeholder(_("The due day"), {"zh": "2026-12-31", "en": "2026-12-31"}),
    "fault": Placeholder(
        _("What went wrong"), {"zh": "邮件服务器没有应答", "en": "the mail server does not answer"}
    ),
    "first": Placeholder(_("The first day"), {"zh": "2026-12-01", "en": "2026-12-01"}),
    "last": Placeholder(_("The last day"), {"zh": "2026-12-05", "en": "2026-12-05"}),
    "mentor": Placeholder(_("The mentor's name"), {"zh": "周文涛", "en": "Zhou Wentao"}),
    "minutes": Placeholder(_("How many minutes"), {"zh": "20", "en": "20"}),
    "name": Placeholder(
        _("A name: of the person it is about, or of a thing"),
        {"zh": "王小满", "en": "Wang Xiaoman"},
    ),
    "new": Placeholder(
        _("What it is now"), {"zh": "客户服务主管", "en": "Customer Service Supervisor"}
    ),
    "old": Placeholder(
        _("What it was before"), {"zh": "客户关系专员", "en": "Customer Relations Specialist"}
    ),
    "percent": Placeholder(_("The score in percent"), {"zh": "86", "en": "86"}),
    "place": Placeholder(_("The place"), {"zh": "三号会议室", "en": "Meeting room 3"}),
    "points": Placeholder(_("How many performance points"), {"zh": "5", "en": "5"}),
    "purpose": Placeholder(_("What it is for"), {"zh": "年度审计", "en": "Yearly audit"}),
    "rank": Placeholder(_("The place reached"), {"zh": "2", "en": "2"}),
    "reason": Placeholder(
        _("The reason that somebody gave"),
        {"zh": "材料已补齐", "en": "The documents are complete now"},
    ),
    "right": Placeholder(_("How many were right"), {"zh": "11", "en": "11"}),
    "score": Placeholder(_("The score"), {"zh": "4.2", "en": "4.2"}),
    "start": Placeholder(_("The first day"), {"zh": "2026-12-01", "en": "2026-12-01"}),
    "title": Placeholder(
        _("What it is about: a course, an exam, a certificate"),
        {"zh": "客户资料管理基础", "en": "Customer data basics"},
    ),
    "trainee": Placeholder(_("The trainee's name"), {"zh": "王小满", "en": "Wang Xiaoman"}),
    "when": Placeholder(_("Day and time"), {"zh": "2026-12-01 14:30", "en": "2026-12-01 14:30"}),
}


#: Placeholders that stand for a person.
PEOPLE = ("name", "trainee", "mentor")
#: Kinds whose {name} is that of a thing, by how they begin.
THINGS: Mapping[str, Text] = {
    "contest_": {"zh": "春季操作竞赛", "en": "Spring contest"},
    "job_failed": {"zh": "发送邮件", "en": "sending mails"},
}


def placeholder(name: str) -> Placeholder:
    """Return what a placeholder stands for."""
    return PLACEHOLDERS.get(name, _ANY)


def thing_of(kind: str) -> Text | None:
    """Return a sample of the thing that {name} is in a kind; None where it is a person's."""
    return next((text for start, text in THINGS.items() if kind.startswith(start)), None)


def sample_values(names: tuple[str, ...], kind: str = "") -> dict[str, Any]:
    """Return values in the present language to preview a kind's text with these placeholders."""
    values = {name: placeholder(name).sample[language()] for name in names}
    thing = thing_of(kind)
    return values | {"name": thing[language()]} if thing and "name" in values else values
