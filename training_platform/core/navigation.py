"""The places of the shell: features register them, a page shows those the person may enter."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from training_platform.core.i18n import language
from training_platform.core.permissions import Permission, may


@dataclass(frozen=True)
class Place:
    """One entry of the rail; primary ones are also in the phone's bottom bar."""

    key: str
    text: Any  # a lazy text
    icon: str
    endpoint: str
    permission: Permission
    position: int
    is_primary: bool = False
    blueprints: tuple[str, ...] = ()
    #: Further pages of this place, where the blueprint has more than one place.
    endpoints: tuple[str, ...] = ()
    count: Callable[[], int] | None = None


@dataclass(frozen=True)
class Item:
    """A place as the page shows it."""

    key: str
    text: Any
    icon: str
    href: str
    current: bool
    count: int


@dataclass(frozen=True)
class Navigation:
    """What the shell draws."""

    primary: list[Item] = field(default_factory=list)
    more: list[Item] = field(default_factory=list)


def add(app: Flask, *places: Place) -> None:
    """Register places of the shell."""
    known = app.extensions.setdefault("places", [])
    known.extend(places)
    known.sort(key=lambda place: place.position)


def address_of(endpoint: str) -> str:
    """Return the address of a page that takes no values, built once a process."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault("addresses", {})
    key = (endpoint, request.root_path)
    address = known.get(key)
    if address is None:
        address = known[key] = url_for(endpoint)
    return address


def navigation() -> Navigation:
    """Return the places that the signed-in person may enter, the current one marked."""
    shown = Navigation()
    viewer = current_user._get_current_object()  # once: each look through the proxy costs
    if not viewer.is_authenticated:
        return shown
    endpoint, blueprint = request.endpoint, request.blueprint
    texts: dict[tuple[str, str], str] = current_app.extensions.setdefault("place_texts", {})
    spoken = language()
    for place in current_app.extensions.get("places", []):
        if not may(viewer, None, place.permission):
            continue
        current = (
            endpoint == place.endpoint
            or endpoint in place.endpoints
            or blueprint in place.blueprints
        )
        name = (place.key, spoken)
        text = texts.get(name)
        if text is None:
            text = texts[name] = str(place.text)
        item = Item(
            place.key,
            text,
            place.icon,
            address_of(place.endpoint),
            current,
            place.count() if place.count else 0,
        )
        (shown.primary if place.is_primary else shown.more).append(item)
    return shown
