"""Ids for questions that come without one: the same question always gets the same. Pure."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from training_platform.core.text import pinyin

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?")
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_WORDS = re.compile(r"[a-z0-9]+")
MOST = 60
MOST_WORDS = 5


def slug_of(name: str, question: Mapping[str, Any], topic: str) -> str:
    """Return <topic>/<question>.

    A name that is an id stands as it is, with its own topic if it has one. A short name in Latin
    letters becomes one. Else it is the first words of the question, in English or pinyin, and a
    digest of what it says: many questions begin alike.
    """
    plain = name.strip().lower()
    if _ID.fullmatch(plain) and len(plain) <= 2 * MOST:
        return plain if "/" in plain else f"{topic}/{plain}"
    if plain.isascii() and len(plain) <= MOST and (words := _WORDS.findall(plain)):
        return f"{topic}/{'-'.join(words)}"
    return f"{topic}/{_from_stem(question)}"


def _from_stem(question: Mapping[str, Any]) -> str:
    offered = [option["text"] for option in question.get("options", ())]
    told = [question.get(key) for key in ("kind", "stem", "text", "items", "pairs")]
    stable = json.dumps([*told, offered], sort_keys=True, ensure_ascii=False)
    digest = sha256(stable.encode()).hexdigest()[:8]
    stem = question.get("text") or question["stem"]  # many gap texts are introduced alike
    words = _WORDS.findall(stem.get("en", "").lower())[:MOST_WORDS]
    if not words:
        words = [_spoken(sign) for sign in _HANZI.findall(stem.get("zh", ""))[:MOST_WORDS]]
    kept = [word for word in words if word.isascii() and word.isalnum()]
    return f"{'-'.join(kept)[:MOST].strip('-')}-{digest}" if kept else f"q-{digest}"


@lru_cache(maxsize=4096)
def _spoken(sign: str) -> str:
    return pinyin(sign).lower().replace("ü", "v")
