"""The format of courses/competencies.yaml."""

from typing import Annotated

from pydantic import Field, StringConstraints

from training_platform.core.schemas import Slug, Strict, Text

Level = Annotated[int, Field(ge=1, le=4)]


class JobRoleFile(Strict):
    """A job role."""

    id: Slug
    name: Text


class CompetencyFile(Strict):
    """A competency: four levels described by behavior, and each job role's target."""

    id: Slug
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,5}$")]
    name: Text
    levels: Annotated[list[Text], Field(min_length=4, max_length=4)]
    targets: dict[Slug, Level]


class CompetenciesFile(Strict):
    """Everything in courses/competencies.yaml."""

    job_roles: Annotated[list[JobRoleFile], Field(min_length=1)]
    competencies: list[CompetencyFile]
