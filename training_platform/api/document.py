"""The OpenAPI 3.1 document: made of the parameters and schemas that the views themselves use."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from training_platform.api import rules
from training_platform.api.asking import PARAMETERS
from training_platform.api.rules import Resource
from training_platform.api.schemas import CertificateList, PersonList, Problem, RecordList


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


PROBLEM_TYPE = "application/problem+json"
ANSWERS: Mapping[Resource, type[BaseModel]] = {
    Resource.PEOPLE: PersonList,
    Resource.RECORDS: RecordList,
    Resource.CERTIFICATES: CertificateList,
}
SUMMARIES: Mapping[Resource, str] = {
    Resource.PEOPLE: _("Employees, in the order in which they were added."),
    Resource.RECORDS: _(
        "Training records, in the order in which they were written. With the last cursor you get "
        "what is new since then. A record appears one minute after it was written."
    ),
    Resource.CERTIFICATES: _("Certificates with their state, in the order of issue."),
}
REFUSALS: Mapping[int, tuple[str, str]] = {
    400: ("parameter", _("A parameter is unknown, or its value is not understood.")),
    401: ("token", _("There is no token, or it does not work: wrong, expired or revoked.")),
    403: ("scope", _("The token was not made for this list.")),
    404: ("address", _("There is no such address.")),
    405: ("method", _("The interface only reads: GET is the only method.")),
    429: ("limit", _("Too many requests. The header Retry-After says how many seconds to wait.")),
    500: ("fault", _("Something went wrong on our side.")),
    503: ("busy", _("The platform is being looked after. Ask again in ten seconds.")),
}
#: Refusals that every list can answer with; the others belong to other addresses.
_OF_LISTS = (400, 401, 403, 429, 500, 503)


def kind_of(status: int) -> str:
    """Return the name of a kind of refusal, by which the documentation explains it."""
    return REFUSALS.get(status, REFUSALS[400 if status < 500 else 500])[0]


def openapi(server: str) -> dict[str, Any]:
    """Return the document for the platform at an address."""
    return {**_document(), "servers": [{"url": f"{server}/api/v1"}]}


@cache
def _document() -> dict[str, Any]:
    models = [(model, "serialization") for model in (*ANSWERS.values(), Problem)]
    _refs, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Training platform",
            "version": "1.0.0",
            "description": (
                "Read-only lists for the HR system. Texts come in Chinese and English. Fields may "
                "be added within version 1; none is renamed or removed."
            ),
        },
        "security": [{"token": []}],
        "paths": {f"/{resource}": {"get": _operation(resource)} for resource in Resource},
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": (
                        "HR makes tokens under /api/tokens. Each opens some of the lists. "
                        f"A token may ask {rules.LIMIT} times in {rules.MINUTES} minutes."
                    ),
                }
            },
            "responses": {kind: _refusal(text) for kind, text in REFUSALS.values()},
            "schemas": schemas["$defs"],
        },
    }


def _operation(resource: Resource) -> dict[str, Any]:
    refusals = {
        str(status): {"$ref": f"#/components/responses/{kind_of(status)}"} for status in _OF_LISTS
    }
    name = ANSWERS[resource].__name__
    return {
        "operationId": f"list_{resource}",
        "summary": SUMMARIES[resource],
        "parameters": [
            {
                "name": each.name,
                "in": "query",
                "required": False,
                "description": each.description,
                "schema": dict(each.schema),
            }
            for each in PARAMETERS[resource]
        ],
        "responses": {
            "200": {
                "description": "One page of the list.",
                "content": {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}
                },
            },
            **refusals,
        },
    }


def _refusal(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {PROBLEM_TYPE: {"schema": schema}}}


def fields_of(resource: Resource) -> list[tuple[str, str, str]]:
    """Return name, type and meaning of each field of a list's rows, for the page."""
    schemas = _document()["components"]["schemas"]
    listing = schemas[ANSWERS[resource].__name__]["properties"]
    row = schemas[listing["data"]["items"]["$ref"].rpartition("/")[2]]["properties"]
    return [(name, _type(spec), spec.get("description", "")) for name, spec in row.items()]


def _type(spec: Mapping[str, Any]) -> str:
    if "$ref" in spec:
        name = str(spec["$ref"]).rpartition("/")[2]
        return {"Texts": "{zh, en}", "Unit": "{code, name}"}.get(name, "string")
    if "anyOf" in spec:
        return " | ".join(_type(each) for each in spec["anyOf"])
    return str(spec.get("format") or spec.get("type") or "string")
