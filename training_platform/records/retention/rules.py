"""How long what a record says is kept, by group of kinds; from which day the years count. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_YEARS = 50


class CountsFrom(StrEnum):
    """The day from which the years count."""

    #: The day of the record itself.
    HAPPENED = "happened"
    #: The day on which the person left; nothing is due while she is with the company.
    LEFT = "left"


class RunState(StrEnum):
    """Where a purge stands."""

    #: The dry run: counted and sampled, nothing done.
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Rule:
    """How long, from when, and on what basis."""

    years: int
    counts_from: CountsFrom
    basis: Mapping[str, str]


_PROOF = {
    "zh": "离职后仍可能需要证明受训情况（劳动争议、客户审计）；公司档案制度",
    "en": "Proof of training may be needed after leaving (disputes, customer audits); company rule",
}
_DETAIL = {
    "zh": "过程性信息，超出目的所需即应删除（《个人信息保护法》第十九条）",
    "en": "Details of the process, kept no longer than their purpose needs (PIPL, article 19)",
}
_FILE = {
    "zh": "离职后至少保存二年备查（参照《劳动合同法》第五十条）",
    "en": "Kept at least two years after leaving (after the Labor Contract Law, article 50)",
}
_EVIDENCE = {
    "zh": "签名证据，去掉姓名签名即失效，故整份保存、到期整份删除（审计与争议）",
    "en": "Signed evidence: taking a name out breaks the signature, so it is kept or removed whole",
}
#: Documents that name several people: their own package removes them, no purge of records.
PROOFS = "proofs"
#: By the groups of records/texts.py: what a new installation begins with. Proposals, not law.
DEFAULTS: Mapping[str, Rule] = {
    "courses": Rule(5, CountsFrom.LEFT, _PROOF),
    "lessons": Rule(3, CountsFrom.HAPPENED, _DETAIL),
    "quizzes": Rule(5, CountsFrom.LEFT, _PROOF),
    "practicals": Rule(5, CountsFrom.LEFT, _PROOF),
    "exams": Rule(5, CountsFrom.LEFT, _PROOF),
    "mentoring": Rule(3, CountsFrom.LEFT, _PROOF),
    "behavior": Rule(3, CountsFrom.HAPPENED, _DETAIL),
    "coaching": Rule(2, CountsFrom.HAPPENED, _DETAIL),
    "external": Rule(5, CountsFrom.LEFT, _PROOF),
    "certificates": Rule(10, CountsFrom.LEFT, _PROOF),
    PROOFS: Rule(10, CountsFrom.HAPPENED, _EVIDENCE),
    "work": Rule(2, CountsFrom.LEFT, _FILE),
    "corrections": Rule(10, CountsFrom.LEFT, _PROOF),
    "earlier": Rule(5, CountsFrom.LEFT, _PROOF),
    "other": Rule(5, CountsFrom.LEFT, _PROOF),
}


def last_day_due(today: date, years: int) -> date:
    """Return the last day whose things are over: kept for so many whole years since then."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)
