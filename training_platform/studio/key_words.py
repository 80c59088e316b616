"""The keys of content files as the forms call them: lessons[7].check is lesson 8, check question.

Only what most authors meet is listed. What is not stands as the file writes it, so that it can be
found there.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

_PART = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
#: What stands in a list is counted from one.
KEYS: Mapping[str, Any] = {
    "accepted": _l("Right answers"),
    "action": _l("What was done"),
    "answer": _l("Answer"),
    "area": _l("Area"),
    "check": _l("Check question"),
    "checks": _l("Checks"),
    "closed_book": _l("Closed book"),
    "competencies": _l("Competencies"),
    "complete_when": _l("What completes it"),
    "correct": _l("Right answer"),
    "count": _l("How many to draw"),
    "course": _l("Course"),
    "criteria": _l("Criteria"),
    "delta_paper": _l("Quiz about the change"),
    "difficulty": _l("Difficulty"),
    "distinction_percent": _l("Distinction from, in percent"),
    "draw": _l("Draw by chance"),
    "en": _l("English"),
    "explanation": _l("Explanation"),
    "forms": _l("What they write"),
    "gaps": _l("Gaps"),
    "generator": _l("What is drawn"),
    "id": _l("Id"),
    "job_roles": _l("Job roles"),
    "kind": _l("Kind"),
    "left": _l("Left side"),
    "lesson": _l("Lesson"),
    "lessons": _l("Lessons"),
    "level": _l("Level"),
    "levels": _l("Level"),
    "minutes": _l("Minutes"),
    "name": _l("What it is called"),
    "objective": _l("What one can do afterwards"),
    "options": _l("Option"),
    "outcome": _l("The outcome"),
    "pairs": _l("Pairs"),
    "paper": _l("Quiz"),
    "pass_percent": _l("Pass mark in percent"),
    "picture": _l("What the picture shows"),
    "practical": _l("Practical task"),
    "questions": _l("Questions"),
    "refresher_months": _l("Refreshed after, in months"),
    "review": _l("Answers and reasons are shown"),
    "review_by": _l("Look at it again by"),
    "right": _l("Right side"),
    "sections": _l("Sections"),
    "situation": _l("The situation"),
    "skills": _l("About which ability"),
    "slug": _l("Id"),
    "sources": _l("Where it comes from"),
    "stem": _l("Question"),
    "summary": _l("In one line"),
    "title": _l("Title"),
    "tolerance": _l("May be off by"),
    "topic": _l("Topic"),
    "unit": _l("Unit"),
    "weight": _l("Weight in percent"),
    "why": _l("Why"),
    "wrong": _l("Wrong answers"),
    "zh": _l("Chinese"),
}
#: What one entry of a list is called.
ENTRIES: Mapping[str, Any] = {
    "checks": _l("Check"),
    "criteria": _l("Criterion"),
    "gaps": _l("Gap"),
    "lessons": _l("Lesson"),
    "pairs": _l("Pair"),
    "questions": _l("Question"),
    "sections": _l("Section"),
    "wrong": _l("Wrong answer"),
}


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.filters["said_key"] = key_text


def key_text(key: str) -> str:
    """Return a key of a file in the page's language; as it stands there if a part is not known."""
    said = []
    for part in key.split("."):
        match = _PART.fullmatch(part)
        if match is None or match[1] not in KEYS:
            return key
        if match[2]:
            said.append(f"{ENTRIES.get(match[1], KEYS[match[1]])} {int(match[2]) + 1}")
        else:
            said.append(f"{KEYS[match[1]]}")
    return " · ".join(said)
