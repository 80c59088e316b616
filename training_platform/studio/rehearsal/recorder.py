"""Where forms of a recorded scratch workspace are noted: after the answer, at one place.

Every other workspace costs one comparison.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from flask import Flask, g, request
from flask.wrappers import Response
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from training_platform.core.db import lock, writing
from training_platform.core.web import is_htmx
from training_platform.crm.models import WorkspaceKind
from training_platform.practicals.drawing import Handout
from training_platform.practicals.handouts import content_of
from training_platform.studio.rehearsal import rules, services
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.noting import Sent, look_of, note_of, page_of
from training_platform.studio.rehearsal.rules import Recording

_REFUSED = frozenset({200, 422})


def init_app(app: Flask) -> None:
    """Listen to the pages of scratch workspaces."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    if g.get("workspace_kind") is not WorkspaceKind.REHEARSAL:
        return response
    is_page = response.mimetype == "text/html" and response.status_code in _REFUSED
    is_sent = request.method == "POST" and (is_page or response.status_code in {200, 303})
    if is_sent or (request.method == "GET" and is_page):
        text = response.get_data(as_text=True) if is_page else None
        with writing() as session:
            _keep(session, response, text)
    return response


def _keep(session: Session, response: Response, text: str | None) -> None:
    """Note the request in the rehearsal, where its author records."""
    workspace_id = (request.view_args or {}).get("workspace_id")
    found = session.scalars(
        select(StudioRehearsal.id).where(
            StudioRehearsal.workspace_id == workspace_id,
            StudioRehearsal.author_id == current_user.id,
            StudioRehearsal.recording == Recording.RUNNING,
            StudioRehearsal.ended_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return
    rehearsal = lock(session, StudioRehearsal, found)
    home = f"/crm/{workspace_id}/"
    pages, notes = list(rehearsal.opened), list(rehearsal.notes)
    address = request.full_path.rstrip("?").removeprefix(home)
    page = None if text is None else page_of(home, address, text, is_back=request.method == "POST")
    if request.method == "POST":
        handouts = services.start_of(rehearsal)[0].handouts
        sent = _sent(home, address, response, handouts)
        notes.append(note_of(home, replace(sent, is_refused=page is not None), pages))
    elif rehearsal.is_noting_looks and page is not None and not is_htmx():
        notes.append(look_of(page, pages))
    if page is not None:
        rehearsal.opened = [
            *(each for each in pages if each["address"] != address),
            page,
        ][-rules.MOST_PAGES :]
    if len(notes) <= rules.MOST_NOTES:
        rehearsal.notes = notes


def _sent(home: str, address: str, response: Response, handouts: Sequence[Handout]) -> Sent:
    came_from = urlsplit(request.referrer or "")
    query = f"?{came_from.query}" if came_from.query else ""
    led = urlsplit(response.headers.get("Location", ""))
    return Sent(
        address=address,
        came_from=(came_from.path + query).removeprefix(home) or None,
        fields={name: request.form.getlist(name) for name in request.form},
        files=_files(request.files, handouts),
        led=(led.path + (f"?{led.query}" if led.query else "")).removeprefix(home) or None,
    )


def _files(
    given: Mapping[str, FileStorage], handouts: Sequence[Handout]
) -> dict[str, tuple[str, str | None]]:
    """Return which files were sent: by their bytes, the handouts of the task are known again."""
    known = {hashlib.sha256(content_of(each)).digest(): each.name for each in handouts}
    found = {}
    for name, file in given.items():
        if not file.filename:
            continue
        file.stream.seek(0)
        found[name] = (file.filename, known.get(hashlib.sha256(file.stream.read()).digest()))
    return found
