"""The lists that programs read, and what describes them."""

from flask import Response, current_app, json, render_template, request
from flask.typing import ResponseReturnValue

from training_platform.api import asking, document, queries, rules, services, texts
from training_platform.api.rules import Resource
from training_platform.api.services import Caller, TokenRefusedError
from training_platform.api.views.base import bp
from training_platform.core.db import reading, writing
from training_platform.core.text import network_of
from training_platform.core.web import public


@bp.get("/v1/")
@public
def documentation() -> ResponseReturnValue:
    """Explain the interface to people; it shows no data."""
    server = str(current_app.config["BASE_URL"])
    return render_template(
        "api/documentation.html",
        server=server,
        paths=document.openapi(server)["paths"],
        resources=texts.RESOURCES,
        fields=document.fields_of,
        refusals=document.REFUSALS,
        limits=rules,
    )


@bp.get("/v1/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """Describe the interface to programs."""
    return Response(
        json.dumps(document.openapi(str(current_app.config["BASE_URL"])), ensure_ascii=False),
        content_type="application/json",
    )


@bp.get("/v1/people")
@public
def people() -> ResponseReturnValue:
    """Hand out employees. Open to strangers only as far as the token: see _hand_out()."""
    return _hand_out(Resource.PEOPLE)


@bp.get("/v1/records")
@public
def records() -> ResponseReturnValue:
    """Hand out training records, by filters and from a cursor on."""
    return _hand_out(Resource.RECORDS)


@bp.get("/v1/certificates")
@public
def certificates() -> ResponseReturnValue:
    """Hand out certificates with their state on a day."""
    return _hand_out(Resource.CERTIFICATES)


def _hand_out(resource: Resource) -> ResponseReturnValue:
    """Answer a list to whoever sends a token for it. A sign-in of the browser counts for nothing.

    What is handed out is kept before it leaves; if that fails, nothing leaves.
    """
    caller = _caller(resource)
    question = asking.read(resource, request.args)
    with reading() as session:
        answer = queries.answer(session, caller.viewer, question)
    with writing() as session:
        services.note_pull(session, caller, dict(question.values), len(answer.data))
    return Response(answer.model_dump_json(), content_type="application/json")


def _caller(resource: Resource) -> Caller:
    network = network_of(request.remote_addr) or "unknown"
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip() if kind.lower() == "bearer" else ""
    try:
        with reading() as session:
            return services.caller_of(session, secret[:200], resource, network)
    except TokenRefusedError:
        if secret:
            with writing() as session:
                services.count_wrong(session, network)
        raise
