"""Kinds of content files that people owns: job roles and competencies."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from training_platform.core.kinds import (
    ContentKind,
    Draft,
    Library,
    Revision,
)
from training_platform.core.kinds import (
    register as register_kind,
)
from training_platform.core.yaml_files import Place
from training_platform.people.models import Competency, CompetencyTarget, JobRole
from training_platform.people.schemas import CompetenciesFile

PATH = "courses/competencies.yaml"


class CompetenciesKind(ContentKind):
    """courses/competencies.yaml: one item, two tables and the targets between them."""

    name = "competencies"
    position = 10
    names = ("job_role", "competency")
    schemas = {"competencies": CompetenciesFile}

    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return the one file."""
        path = root / PATH
        return {"competencies": [path]} if path.exists() else {}

    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return the file as its schema has it."""
        value = draft.yaml(PATH)
        return None if value is None else draft.validate(PATH, value, CompetenciesFile)

    def names_in(self, slug: str, data: dict[str, Any]) -> Mapping[str, Iterable[str]]:
        """Return job roles and competencies."""
        return {
            "job_role": [each["id"] for each in data["job_roles"]],
            "competency": [each["id"] for each in data["competencies"]],
        }

    def check(self, draft: Draft, library: Library) -> None:
        """Refuse ids and codes that stand twice, and targets for unknown job roles."""
        assert draft.data is not None  # noqa: S101  # the caller's promise
        for sort, key in (("job_roles", "id"), ("competencies", "id"), ("competencies", "code")):
            seen: set[str] = set()
            for index, each in enumerate(draft.data[sort]):
                if each[key] in seen:
                    place: Place = (sort, index, key)
                    draft.wrong(PATH, place, f"{each[key]} stands twice", "each once")
                seen.add(each[key])
        for index, each in enumerate(draft.data["competencies"]):
            for role in each["targets"]:
                if not library.knows("job_role", role):
                    place = ("competencies", index, "targets", role)
                    draft.wrong(PATH, place, "is no job role", "one of job_roles")

    def project(self, session: Session, revision: Revision) -> None:
        """Fill job roles, competencies and targets; a job role once used stays."""
        data = revision.data
        for position, each in enumerate(data["job_roles"]):
            session.merge(JobRole(id=each["id"], name=each["name"], position=position))
        session.execute(delete(CompetencyTarget))
        for position, each in enumerate(data["competencies"]):
            session.merge(
                Competency(
                    id=each["id"],
                    code=each["code"],
                    name=each["name"],
                    levels=each["levels"],
                    position=position,
                )
            )
        session.flush()
        wanted = {each["id"] for each in data["competencies"]}
        for gone in session.scalars(select(Competency).where(Competency.id.not_in(wanted))):
            session.delete(gone)
        session.add_all(
            CompetencyTarget(competency_id=each["id"], job_role_id=role, level=level)
            for each in data["competencies"]
            for role, level in each["targets"].items()
        )
        session.flush()

    def withdraw(self, session: Session, slug: str) -> None:
        """Leave the last published competencies in use: people and courses refer to them."""


def register(app: Flask) -> None:
    """Tell content which files belong here."""
    register_kind(app, CompetenciesKind())
