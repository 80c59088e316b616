"""What the interface answers: each field with its meaning; the OpenAPI document is made of it."""

from datetime import date, datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from training_platform.certificates.rules import State


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


Row = TypeVar("Row")


class _Answer(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )


class Texts(_Answer):
    """A text in both languages."""

    zh: str = Field(description="In Chinese.")
    en: str = Field(description="In English.")


class Unit(_Answer):
    """A department or a job role."""

    code: str = Field(description="Its code, which does not change.")
    name: Texts = Field(description="Its name today.")


class PersonRow(_Answer):
    """An employee."""

    staff_number: str = Field(description=_("The employee's staff number."))
    name: str = Field(description=_("The name; a placeholder after it was anonymized."))
    name_latin: str = Field(description=_("The name in Latin letters; empty where unknown."))
    department: Unit = Field(description=_("Where the employee works today."))
    job_role: Unit | None = Field(description=_("The job role that the employee has today."))
    manager: str | None = Field(description=_("The staff number of the line manager."))
    hired_on: date = Field(description=_("The first day of work."))
    job_role_since: date = Field(description=_("Since when the job role is held."))
    status: Literal["active", "suspended", "left"] = Field(
        description=_("Whether the employee may sign in, is suspended, or has left.")
    )
    left_on: date | None = Field(description=_("The last day of work of those who left."))


class RecordRow(_Answer):
    """A training record. It never changes; corrections are further records."""

    id: int = Field(description=_("The record's number."))
    staff_number: str = Field(description=_("The employee's staff number."))
    kind: str = Field(description=_("What kind of record it is."))
    subject: str = Field(description=_("The id of the course, quiz or other thing it is about."))
    title: Texts | None = Field(description=_("Its title; null where there is none or erased."))
    outcome: str | None = Field(description=_("How it went, as a code; null where nothing is."))
    percent: int | None = Field(description=_("The score in percent of all points."))
    minutes: int | None = Field(description=_("The minutes that were spent, where known."))
    provider: str | None = Field(description=_("Who held an external training."))
    happened_at: datetime = Field(description=_("When it happened, in UTC."))
    recorded_at: datetime = Field(description=_("When it was written down, in UTC."))
    corrects: int | None = Field(description=_("The record that this correction is about."))
    counts: bool = Field(description=_("False where a correction declared the record void."))
    is_erased: bool = Field(description=_("Whether its values were erased by the retention rules."))
    hash: str = Field(description=_("Its link in the chain of the employee's records."))


class CertificateRow(_Answer):
    """A certificate and whether it counts."""

    code: str = Field(description=_("The code by which anybody verifies it under /verify/."))
    staff_number: str = Field(description=_("The employee's staff number."))
    kind: str = Field(description=_("course or curriculum."))
    subject: str = Field(description=_("The id of the course or curriculum."))
    title: Texts = Field(description=_("What it says was learned."))
    band: str = Field(description=_("pass or distinction."))
    cycle: int = Field(description=_("1 for the first, one more for each renewal."))
    issued_on: date = Field(description=_("The first day on which it counts."))
    valid_until: date | None = Field(description=_("The last day by its validity; null: no end."))
    last_day: date | None = Field(
        description=_("The last day on which it counts: by its validity, or by a revision.")
    )
    revoked_on: date | None = Field(description=_("The day on which it was revoked."))
    state: State = Field(description=_("Its state on the day of the question."))
    state_on: date = Field(description=_("The day of the question: today, or the parameter on."))


class Listing(_Answer, Generic[Row]):
    """One page of a list."""

    data: list[Row] = Field(description="The rows, oldest first.")
    next_cursor: str | None = Field(
        description="Where the list goes on. Keep it: later it gives what is new."
    )
    has_more: bool = Field(description="Whether there are further rows now.")


class PersonList(Listing[PersonRow]):
    """One page of employees."""


class RecordList(Listing[RecordRow]):
    """One page of training records."""


class CertificateList(Listing[CertificateRow]):
    """One page of certificates."""


class Problem(_Answer):
    """A refusal, as RFC 9457 describes it."""

    type: str = Field(description="Where this kind of refusal is explained.")
    title: str = Field(description="What is wrong, in the language of the request.")
    status: int = Field(description="The status of the answer once more.")
    detail: str = Field(description="What to do about it.")
    instance: str | None = Field(description="The number of the request, for the administrator.")
