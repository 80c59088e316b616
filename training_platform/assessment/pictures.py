"""The picture of a question: its files, what is wrong in them, how it stands in a page. Pure.

It lies beside the question as media/<question>.svg, .webp or .png, or once for each language as
media/<question>.zh.svg. Its markup is kept with the revision: whoever may see the question sees
the picture that belonged to it, and nobody else can reach it.
"""

import base64
from collections.abc import Mapping
from hashlib import sha256

from markupsafe import escape

from training_platform.content import figures, media
from training_platform.content import pictures as raster
from training_platform.core.kinds import LANGUAGES, Draft

#: It travels within the page of its question: small enough for a phone on a train.
MOST_BYTES = 200_000
#: What an upload becomes: its longer side, and its bytes as far as quality gives.
UPLOADED = raster.Limit(side=1_000, most_bytes=150_000)


def folder_of(slug: str) -> str:
    """Return where the pictures of a question's topic lie, with a slash behind."""
    return f"question_bank/questions/{slug.partition('/')[0]}/media/"


def files_of(slug: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the picture's files by their names below media/; those of other names, too."""
    start = folder_of(slug)
    return {path[len(start) :]: raw for path, raw in files.items() if path.startswith(start)}


def file_for(slug: str, language: str, names: Mapping[str, bytes]) -> str | None:
    """Return the name of the file that is shown in a language; None where there is none."""
    return media.figure_file(slug.partition("/")[2], language, names)


def check(draft: Draft, path: str, has_words: bool) -> None:
    """Note a picture that is missing, is shown nowhere, or may not stand in a page.

    has_words: the question says in both languages what its picture shows.
    """
    found = files_of(draft.slug, draft.files)
    shown = {language: file_for(draft.slug, language, found) for language in LANGUAGES}
    if has_words and None in shown.values():
        expected = f"media/{draft.slug.partition('/')[2]}.svg, .webp or .png"
        draft.wrong(path, ("picture",), "has no file", expected)
    for name, raw in found.items():
        place = f"{folder_of(draft.slug)}{name}"
        if not has_words or name not in shown.values():
            expected = "picture: in zh and en, and a file named after the question"
            draft.wrong_at(place, 1, "file", "is not shown", expected)
            continue
        flaws = figures.examine(raw) if name.endswith(".svg") else raster.examine(raw, name)
        for flaw in flaws:
            draft.wrong_at(place, flaw.line, flaw.key, flaw.problem, flaw.expected)
        if len(raw) > MOST_BYTES:
            draft.wrong_at(place, 1, "picture", "is too large", f"at most {MOST_BYTES:,} bytes")


def drawn(slug: str, files: Mapping[str, bytes], words: Mapping[str, str] | None) -> dict[str, str]:
    """Return the markup of a question's picture by language; nothing where there is none."""
    found = files_of(slug, files)
    result = {}
    for language in LANGUAGES:
        name = file_for(slug, language, found)
        if name is not None and words is not None:
            prefix = f"q{sha256(slug.encode()).hexdigest()[:8]}-{language}-"
            result[language] = _markup(name, found[name], words.get(language, ""), prefix)
    return {language: markup for language, markup in result.items() if markup}


def _markup(name: str, raw: bytes, words: str, prefix: str) -> str:
    if name.endswith(".svg"):
        return figures.draw(raw, words, prefix)
    size, kind = raster.size_of(raw), media.served_type(name)
    if size is None or kind is None:
        return ""
    data = base64.b64encode(raw).decode()
    return (
        f'<img class="figure-photo" src="data:{kind};base64,{data}" alt="{escape(words)}"'
        f' width="{size[0]}" height="{size[1]}">'
    )
