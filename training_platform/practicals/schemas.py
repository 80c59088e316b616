"""The format of question_bank/practicals/<task>.yaml and of the scenarios beside them.

A check is data: what to look at, what is wanted, how many points. Nothing in a file is executed.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from training_platform.core.schemas import Line, PairId, Percent, Slug, Strict, Text
from training_platform.crm.registry import ENTITIES
from training_platform.practicals import matchers, selecting
from training_platform.practicals.drawing import GENERATORS

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


def _as_decimal(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("is no number; a number")
    return Decimal(str(value))


#: A number written in YAML, exactly as it is written.
Exact = Annotated[Decimal, BeforeValidator(_as_decimal), WithJsonSchema({"type": "number"})]
Share = Annotated[Exact, Field(ge=0, le=1)]


def _known(names: object, sort: str) -> Any:
    known = sorted(names)  # type: ignore[call-overload]

    def check(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"is no {sort}; one of {', '.join(known)}")
        return value

    return BeforeValidator(check)


Entity = Annotated[
    str, _known(ENTITIES, "entity"), WithJsonSchema({"type": "string", "enum": sorted(ENTITIES)})
]
Matcher = Annotated[
    str,
    _known(matchers.names(), "matcher"),
    WithJsonSchema({"type": "string", "enum": list(matchers.names())}),
]
Op = Annotated[
    str,
    _known(selecting.ops(), "operator"),
    WithJsonSchema({"type": "string", "enum": list(selecting.ops())}),
]
Generator = Annotated[
    str,
    _known(GENERATORS, "generator"),
    WithJsonSchema({"type": "string", "enum": sorted(GENERATORS)}),
]


class Where(Strict):
    """One condition on a record or an event."""

    field: Line
    op: Op
    value: Any = None


class Misconception(Strict):
    """A mistake that people make for a reason: told by what it leaves behind."""

    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]
    text: Text


class Check(Strict):
    """What every check has."""

    id: Name
    title: Text
    points: Annotated[Exact, Field(ge=0, le=100)]
    #: Told beside the gap when points were lost; {seen} {wanted} and the check's own values.
    feedback: Text | None = None
    lesson: PairId | None = None
    rule: Annotated[str, Field(pattern=r"^V\d\d$")] | None = None
    #: Assessed only where this other check was passed; else it counts nothing and says so.
    after: Name | None = None
    #: A red line: in an exam the whole task is worth nothing where it is crossed.
    critical: bool = False
    misconceptions: list[Misconception] = Field(default_factory=list)


class Graded(Check):
    """A check that may be passed in part: nothing at `none`, everything from `full` on."""

    full: Share = Decimal(1)
    none: Share = Decimal(0)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.none >= self.full:
            raise ValueError("none is not below full; a smaller share")
        return self


class Exists(Check):
    """So many records meet the conditions."""

    type: Literal["exists"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]
    least: Annotated[int, Field(ge=1)] = 1


class Absent(Check):
    """No record meets the conditions."""

    type: Literal["absent"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]


class FieldIs(Graded):
    """A field of the chosen records has the wanted value."""

    type: Literal["field"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]
    field: Name
    matcher: Matcher
    value: Any = None
    within: Exact | None = None


class Count(Check):
    """So many records meet the conditions, no more and no less."""

    type: Literal["count"]
    entity: Entity
    where: list[Where]
    value: Any
    within: Exact | None = None


class Aggregate(Check):
    """The sum, average, least or most of a field over the chosen records."""

    type: Literal["aggregate"]
    entity: Entity
    where: list[Where]
    field: Name
    of: Literal["sum", "average", "min", "max"]
    value: Any
    within: Exact | None = None


class Keyed(Graded):
    """Records are found in the key by one field, and others are compared."""

    entity: Entity
    key: Line
    match_on: Name
    fields: Annotated[dict[Name, Matcher], Field(min_length=1)]

    @model_validator(mode="after")
    def _finds(self) -> Self:
        if self.fields.get(self.match_on, "text") not in matchers.keyed():
            raise ValueError(f"finds by {self.match_on}; one of {', '.join(matchers.keyed())}")
        return self


class RowsMatch(Keyed):
    """The records are those of the key: each found, each field right, none too many."""

    type: Literal["rows_match_key"]
    #: Also look at records that were there at the start; else at new ones alone.
    of_all: bool = False


class Rate(Keyed):
    """So many new records by the minute that match the key; none where too many are wrong."""

    type: Literal["rate"]
    per_minute: Annotated[Exact, Field(gt=0)]
    accuracy: Share = Decimal("0.98")


class SetIs(Graded):
    """The chosen records are those of the key: as the harmonic mean of hits and misses (F1)."""

    type: Literal["set_f1"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]
    key: Line


class PairsMerged(Graded):
    """The pairs that were merged are those of the key, as F1; a near miss merged costs twice.

    The key holds groups: lists of ids, or mappings with ids.
    """

    type: Literal["pair_f1"]
    entity: Entity
    key: Line
    near_misses: Line | None = None


class ChildrenMoved(Graded):
    """What hung on the merged records of the key's groups hangs on what is left of them."""

    type: Literal["children_moved"]
    entity: Entity
    key: Line


class Survivor(Graded):
    """Of each group of the key one record is left, with the right values."""

    type: Literal["survivor"]
    entity: Entity
    #: Groups with ids, and the wanted values of fields.
    key: Line
    fields: Annotated[dict[Name, Matcher], Field(min_length=1)]


class Allowed(Strict):
    """Records, and of them fields, that the task may change."""

    entity: Entity
    where: list[Where] = Field(default_factory=list)
    fields: list[Name] | None = None
    kinds: list[Literal["created", "changed", "deleted"]] | None = None


class OnlyChanged(Check):
    """Nothing was changed but what the task allows."""

    type: Literal["only_changed"]
    allow: list[Allowed]


class Answer(Check):
    """What is typed into the task's own field is right."""

    type: Literal["answer"]
    question: Text
    matcher: Matcher
    value: Any
    within: Exact | None = None


class Event(Check):
    """It was done, so many times."""

    type: Literal["event"]
    where: Annotated[list[Where], Field(min_length=1)]
    least: Annotated[int, Field(ge=1)] = 1


class EventAbsent(Check):
    """It was never done."""

    type: Literal["event_absent"]
    where: Annotated[list[Where], Field(min_length=1)]


class EventOrder(Check):
    """One thing was done before the next."""

    type: Literal["event_order"]
    steps: Annotated[list[list[Where]], Field(min_length=2)]


class Within(Graded):
    """For each chosen record something was done within so many hours of the sandbox's time."""

    type: Literal["within"]
    entity: Entity
    where: Annotated[list[Where], Field(min_length=1)]
    since: Name
    hours: Annotated[Exact, Field(gt=0)]
    act: Annotated[list[Where], Field(min_length=1)]
    #: Field of the event that names the record: record_id, or changes.<field>.
    by: Line = "record_id"


class Band(Strict):
    """Up to so many seconds, so much of the points."""

    seconds: Annotated[int, Field(gt=0)]
    share: Share


class Elapsed(Check):
    """The real time between two moments."""

    type: Literal["elapsed"]
    begin: list[Where] | None = None
    end: list[Where] | None = None
    bands: Annotated[list[Band], Field(min_length=1)]


class AccessOnly(Check):
    """Of one kind of record nothing was opened but what the task needs."""

    type: Literal["access_only"]
    entity: Entity
    key: Line


class ReportIs(Check):
    """A report that was saved in the attempt gives the same numbers as the key's definition."""

    type: Literal["report_result"]
    #: As a saved report keeps it; or where what was drawn holds it: $key.definition.
    definition: dict[Name, Any] | Line
    #: What of the report is looked at, each by itself; its whole table where nothing is named.
    parts: list[Literal["period", "filters", "groups", "measure"]] = Field(default_factory=list)
    within: Exact | None = None


class Rubric(Check):
    """A text that the trainee writes and people score, by the levels of a rubric."""

    type: Literal["rubric"]
    rubric: Slug
    prompt: Text


class AssignedAsRulesSay(Graded):
    """By the workspace's rules, leads that nobody has seen go where they should."""

    type: Literal["assigned_as_rules_say"]
    #: Where the key holds the right rules, and the leads as {region, industry, source, tier …}.
    rules: Line
    leads: Line
    #: Look at how evenly equals get them, instead of who may.
    spread: bool = False


AnyCheck = Annotated[
    Exists
    | Absent
    | FieldIs
    | Count
    | Aggregate
    | RowsMatch
    | SetIs
    | PairsMerged
    | OnlyChanged
    | Answer
    | Event
    | EventAbsent
    | EventOrder
    | Within
    | Elapsed
    | AccessOnly
    | ChildrenMoved
    | Survivor
    | Rate
    | Rubric
    | ReportIs
    | AssignedAsRulesSay,
    Field(discriminator="type"),
]


class Wrong(Strict):
    """A wrong solution: its file below wrong/, and the checks that it must lose, no others."""

    name: Slug
    loses: Annotated[list[Name], Field(min_length=1)]
    why: Text


class Mode(Strict):
    """How the task is taken in one mode."""

    minutes: Annotated[int, Field(ge=1, le=240)] | None = None


class Pass(Strict):
    """When the task is passed."""

    percent: Percent
    required: list[Name] = Field(default_factory=list)


class TaskFile(Strict):
    """A practical task."""

    id: Slug
    title: Text
    summary: Text
    job_roles: Annotated[list[Slug], Field(min_length=1)]
    skills: Annotated[list[Slug], Field(min_length=1)]
    course: Slug | None = None
    minutes: Annotated[int, Field(ge=1, le=240)]
    exam: Mode | None = None
    seller: Annotated[int, Field(ge=1)] = 1
    generator: Generator
    options: dict[Name, Any] = Field(default_factory=dict)
    checks: Annotated[list[AnyCheck], Field(min_length=1, max_length=20)]
    passing: Pass
    wrong: Annotated[list[Wrong], Field(min_length=3)]
    significant_revision: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = [each.id for each in self.checks]
        if len(set(names)) < len(names):
            raise ValueError("has two checks of one name; a name for each")
        total = sum(each.points for each in self.checks)
        if total != Decimal(100):
            raise ValueError(f"is worth {total} points in all; 100 points")
        for number, each in enumerate(self.checks):
            if each.after is not None and each.after not in names[:number]:
                raise ValueError(f"{each.id} comes after {each.after}; a check that stands above")
        rubrics = {each.id for each in self.checks if isinstance(each, Rubric)}
        if rubrics == {*names}:
            raise ValueError("has only checks that people score; one that needs none")
        if waiting := sorted({each.after for each in self.checks if each.after} & rubrics):
            raise ValueError(f"has checks after {waiting}, which people score; gates need none")
        known = {*names}
        for sort, wanted in (("passing", self.passing.required), *_lost(self.wrong)):
            if unknown := set(wanted) - known:
                raise ValueError(f"{sort} names {sorted(unknown)}; checks of this task")
        return self


def _lost(wrong: list[Wrong]) -> list[tuple[str, list[str]]]:
    return [(each.name, each.loses) for each in wrong]


class Step(Strict):
    """One thing that a trainee does: look at a page, or fill and send a form of it."""

    #: The page below the workspace, with $params and $key put in; where a form is, it is sent.
    page: Line
    #: First follow the link of the page whose address ends so.
    link: Line | None = None
    #: What the form's address ends with, where a page has several; "." is the page's own.
    form: Line | None = None
    fill: dict[str, Any] | Line = Field(default_factory=dict)
    #: Handouts of the task that are sent as files: field of the form → name of the handout.
    upload: dict[Name, Line] = Field(default_factory=dict)
    #: The button that is pressed, where it has a name: name=value.
    press: Line | None = None
    #: The page is only looked at.
    look: bool = False
    #: The form is expected to come back with a question (a warning of duplicates).
    refused: bool = False
    #: Take this step for each of a list; $each and $number stand for the one at hand.
    each: Line | None = None
    #: Of a list, these alone, counted from 0; or all but these.
    only: list[int] | None = None
    but: list[int] | None = None


class Answered(Strict):
    """What is typed into the task's own field of a check."""

    check: Name
    text: Line


class SolutionFile(Strict):
    """Steps that solve a task, rightly or wrongly."""

    steps: list[Step]
    answers: list[Answered] = Field(default_factory=list)
