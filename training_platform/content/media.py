"""Which media files a course may have, and as what they are sent."""

import re
from collections.abc import Container

#: What a lesson reaches by an address; SVG figures stand in the page itself.
SERVED = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "webp": "image/webp",
    "png": "image/png",
}
PICTURES = ("svg", "webp", "png")
#: More would make a course slow to open, and its drafts slow to save.
MOST_FILES = 60
NAME = re.compile(r"[a-z0-9-]+(\.(zh|en))?\.(svg|mp4|webm|webp|png)")


def is_picture(name: str) -> bool:
    """Tell whether a name is that of a photo or screenshot, as opposed to a drawn figure."""
    return bool(NAME.fullmatch(name)) and name.endswith((".webp", ".png"))


def served_type(name: str) -> str | None:
    """Return the media type as which a file is sent; None for what is never sent by itself."""
    return SERVED.get(name.rsplit(".", 1)[-1]) if NAME.fullmatch(name) else None


def figure_file(name: str, language: str, files: Container[str]) -> str | None:
    """Return the file that :::figure shows: the language's own first, drawings before photos."""
    stems = (f"{name}.{language}", name)
    choices = (f"{stem}.{ending}" for stem in stems for ending in PICTURES)
    return next((each for each in choices if each in files and NAME.fullmatch(each)), None)
