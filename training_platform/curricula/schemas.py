"""The formats of course.yaml, of a lesson's front matter and of courses/curricula.yaml."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from training_platform.core.schemas import Line, PairId, Slug, Strict, Text

Level = Annotated[int, Field(ge=1, le=4)]
Area = Literal[
    "communication",
    "problem-solving",
    "data-analysis",
    "loyalty",
    "industry-and-products",
    "teamwork",
    "data-management",
    "crm-idea",
    "crm-rollout",
]


class LessonEntry(Strict):
    """A lesson in its course: what is the same in both languages."""

    slug: Slug
    minutes: Annotated[int, Field(ge=3, le=7)]
    check: PairId
    faq: list[Slug] = []


class Condition(Strict):
    """One thing that completes a course; answered from training records."""

    lessons: Literal["all"] | None = None
    paper: Slug | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.lessons is None) == (self.paper is None):
            raise ValueError("is no condition; either lessons: all or paper: <id>")
        return self


class CourseFile(Strict):
    """course.yaml."""

    id: Slug
    title: Text
    summary: Text
    area: Area
    level: Literal["foundation", "advanced"]
    job_roles: Annotated[list[Slug], Field(min_length=1)]
    competencies: dict[Slug, Level]
    significant_revision: Annotated[int, Field(ge=1)] = 1
    refresher_months: Annotated[int, Field(ge=1, le=120)] | None = None
    #: A short paper on what changed: after a significant revision it renews older certificates.
    delta_paper: Slug | None = None
    sources: list[Text] = []
    lessons: Annotated[list[LessonEntry], Field(min_length=1, max_length=99)]
    complete_when: Annotated[list[Condition], Field(min_length=1)]


class FrontMatter(Strict):
    """What stands above a lesson's text, in that language."""

    title: Line
    objective: Line
    summary: Line


class CurriculumEntry(Strict):
    """A course in a phase."""

    course: Slug
    required: bool
    due_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    after: list[Slug] = []


class Phase(Strict):
    """A phase of a curriculum."""

    id: Literal["onboarding", "foundation", "advanced", "refresher"]
    title: Text
    items: Annotated[list[CurriculumEntry], Field(min_length=1)]


class CurriculumEntryFile(Strict):
    """The curriculum of one job role."""

    job_role: Slug
    title: Text
    summary: Text
    #: How long its certificate is valid; without it, the certificate does not end.
    certificate_months: Annotated[int, Field(ge=1, le=120)] | None = None
    phases: Annotated[list[Phase], Field(min_length=1)]


class CurriculaFile(Strict):
    """courses/curricula.yaml."""

    curricula: Annotated[list[CurriculumEntryFile], Field(min_length=1)]
