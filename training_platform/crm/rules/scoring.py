"""How promising a lead is: points that anybody can recompute, and the steps of nurturing."""

from collections.abc import Mapping
from dataclasses import dataclass


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Source → points; from how often leads of a source were won.
SOURCES: Mapping[str, int] = {
    "referral": 25,
    "website": 18,
    "trade_fair": 15,
    "phone": 12,
    "online_ad": 8,
}
#: Industries that fit what the company sells.
FITTING = frozenset({"machinery", "automotive", "electronics", "medical", "energy"})
NEAR = frozenset({"chemicals", "building_materials", "food", "textiles", "environment"})
FITTING_POINTS, NEAR_POINTS = 20, 10
POTENTIALS: Mapping[str, int] = {"high": 25, "medium": 15, "low": 5}
POINTS_PER_VISIT, MOST_FOR_VISITS = 3, 15
#: Visits of so many days before now show interest.
VISIT_DAYS = 90
MOST_FOR_COMPLETENESS = 15
#: Fields that make a lead complete.
COMPLETE = (
    "company",
    "person",
    "title",
    "mobile",
    "email",
    "industry",
    "region",
    "potential",
    "expected_amount",
    "expected_close_on",
)
HOT_FROM, WARM_FROM = 70, 45
#: The steps of nurturing, in their order.
NURTURING = ("none", "welcome", "case_study", "invitation", "ready")


@dataclass(frozen=True)
class Part:
    """Points for one thing, of the most there are, and why."""

    label: str
    points: int
    most: int
    why: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Score:
    """The points of a lead with what they are made of."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """Return the points, 100 at most."""
        return sum(part.points for part in self.parts)

    @property
    def grade(self) -> str:
        """Return hot, warm or cold."""
        if self.total >= HOT_FROM:
            return "hot"
        return "warm" if self.total >= WARM_FROM else "cold"


GRADES: Mapping[str, str] = {"hot": _("Hot"), "warm": _("Warm"), "cold": _("Cold")}


def score(values: Mapping[str, object], visits: int = 0) -> Score:
    """Return the score of a lead with these values, whose firm looked at the site so often."""
    industry = str(values.get("industry") or "")
    fit = FITTING_POINTS if industry in FITTING else NEAR_POINTS if industry in NEAR else 0
    filled = sum(1 for name in COMPLETE if values.get(name) not in (None, ""))
    return Score(
        (
            Part(
                _("Source"),
                SOURCES.get(str(values.get("source")), 0),
                25,
                _("how often such leads were won"),
                {},
            ),
            Part(
                _("Industry"), fit, FITTING_POINTS, _("how well the industry fits what we sell"), {}
            ),
            Part(
                _("Potential"),
                POTENTIALS.get(str(values.get("potential")), 0),
                25,
                _("as the seller judged it"),
                {},
            ),
            Part(
                _("Interest"),
                min(MOST_FOR_VISITS, POINTS_PER_VISIT * visits),
                MOST_FOR_VISITS,
                _("%(count)s visits to our site in 90 days"),
                {"count": visits},
            ),
            Part(
                _("Completeness"),
                completeness(filled),
                MOST_FOR_COMPLETENESS,
                _("%(filled)s of %(all)s fields are filled"),
                {"filled": filled, "all": len(COMPLETE)},
            ),
        )
    )


def completeness(filled: int) -> int:
    """Return the points for so many filled fields."""
    return round(MOST_FOR_COMPLETENESS * filled / len(COMPLETE))


def next_step(present: str) -> str | None:
    """Return the step of nurturing after the present one; None after the last."""
    place = NURTURING.index(present) if present in NURTURING else 0
    return NURTURING[place + 1] if place + 1 < len(NURTURING) else None
