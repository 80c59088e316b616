"""What lets a question be guessed or misread: it is told, and never in the way. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from training_platform.core.text import fold
from training_platform.studio.questions.values import text_in

LANGUAGES = ("zh", "en")
#: The right answer is the longest: by so much, and by so many characters.
_LONGER, _BY = 1.4, {"zh": 6, "en": 14}
#: So many hanzi, or letters of a word, in the stem and in the right answer alone.
_SHARED_HANZI, _SHARED_LETTERS = 4, 6
#: Pairs of characters that two stems share, of all that they have.
ALIKE = 0.6
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_ENDS = re.compile(r"[，。；：？！、,.;:?!\n]")
_ASKS = re.compile(r"(\w)[不没]\1")  # 是不是, 要不要
_NO_ZH = re.compile(r"不|没|无法|未|别|勿|非")
#: Words with such a sign that deny nothing.
_HARMLESS_ZH = re.compile(
    "不同|不断|不但|不仅|不过|不久|不如|差不多|非常|除非|无论|没关系|未来|别人|特别|区别|分别"
    "|类别|级别|性别|个别|识别|不锈|不止|不只|不管|不论|不足|不少|不便|不满|不安"
)
_NO_EN = re.compile(
    r"\b(?:not|never|no|none|neither|without|cannot|except|unless)\b|n['’]t\b", re.I
)
#: Names and figures of so many words may say the same in Chinese.
_WORDS_OF_A_NAME = 4
_SHOWN = 40
_HARMLESS_EN = re.compile(r"\bnot only\b|\bno longer\b|\bno one\b", re.I)


class Flaw(StrEnum):
    """What somebody should look at twice."""

    LONGEST = "longest"
    DENIED_TWICE = "denied_twice"
    GIVEN_AWAY = "given_away"
    ALIKE = "alike"
    UNTRANSLATED = "untranslated"


@dataclass(frozen=True)
class Hint:
    """One thing to look at twice: where, and the words that it is about."""

    flaw: Flaw
    language: str = ""
    words: str = ""


def warnings_of(value: Mapping[str, Any]) -> list[Hint]:
    """Return what to look at twice in a question, by its own words alone."""
    found = untranslated(value)
    for language in LANGUAGES:
        stem = text_in(value.get("stem"), language)
        if words := denied_twice(stem, language):
            found.append(Hint(Flaw.DENIED_TWICE, language, words))
        if value.get("kind") in ("single_choice", "multiple_choice"):
            options = value.get("options") or []
            right = [text_in(each.get("text"), language) for each in options if each.get("correct")]
            wrong = [
                text_in(each.get("text"), language) for each in options if not each.get("correct")
            ]
            found += _about(right, wrong, stem, language)
    return found


def untranslated(value: Any) -> list[Hint]:
    """Return the first text that each language still lacks, by how its twin begins."""
    found: dict[str, Hint] = {}
    for text in _texts(value):
        zh, en = (f"{text.get(language) or ''}".strip() for language in LANGUAGES)
        is_chinese_only = bool(zh) and (not en or len("".join(_HAN.findall(en))) * 2 > len(en))
        is_english_only = bool(en) and (
            not zh or (not _HAN.search(zh) and len(zh.split()) > _WORDS_OF_A_NAME)
        )
        if is_chinese_only:
            found.setdefault("en", Hint(Flaw.UNTRANSLATED, "en", zh[:_SHOWN]))
        if is_english_only:
            found.setdefault("zh", Hint(Flaw.UNTRANSLATED, "zh", en[:_SHOWN]))
    return [found[language] for language in LANGUAGES if language in found]


def _texts(value: Any) -> Iterator[Mapping[str, Any]]:
    """Find every text in both languages; one text for both is meant to be so."""
    if isinstance(value, Mapping) and {*value} <= {*LANGUAGES}:
        if not any(isinstance(each, list) for each in value.values()):
            yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _about(right: list[str], wrong: list[str], stem: str, language: str) -> list[Hint]:
    found = []
    if is_longest(right, wrong, language):
        found.append(Hint(Flaw.LONGEST, language))
    if len(right) == 1 and (words := given_away(stem, right[0], wrong)):
        found.append(Hint(Flaw.GIVEN_AWAY, language, words))
    return found


def is_longest(right: Iterable[str], wrong: Iterable[str], language: str) -> bool:
    """Tell whether every right answer is clearly longer than every wrong one."""
    shortest = min((len(each.strip()) for each in right), default=0)
    longest = max((len(each.strip()) for each in wrong), default=0)
    return bool(longest) and shortest >= longest * _LONGER and shortest - longest >= _BY[language]


def denied_twice(stem: str, language: str) -> str:
    """Return the part of a stem that denies twice; "" where none does."""
    for clause in _ENDS.split(stem):
        if language == "zh":
            denials = _NO_ZH.findall(_HARMLESS_ZH.sub("", _ASKS.sub("", clause)))
        else:
            denials = _NO_EN.findall(_HARMLESS_EN.sub("", clause))
        if len(denials) > 1:
            return clause.strip()
    return ""


def given_away(stem: str, right: str, wrong: Iterable[str]) -> str:
    """Return words of the stem that stand in the right answer and in no other; "" for none."""
    others = fold(" ".join(wrong))
    asked, answer = fold(stem), fold(right)
    for run in _HAN.findall(answer):
        for start in range(len(run) - _SHARED_HANZI + 1):
            piece = run[start : start + _SHARED_HANZI]
            if piece in asked and piece not in others:
                return str(piece)
    for word in re.findall(rf"[a-z]{{{_SHARED_LETTERS},}}", answer):
        if re.search(rf"\b{word}\b", asked) and word not in others:
            return str(word)
    return ""


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1: pairs of characters in both, of all in either.

    Jaccard's index over the pairs.
    """
    mine, theirs = _pairs(one), _pairs(other)
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"\W+", "", fold(text))
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
