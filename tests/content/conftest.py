"""A small valid content folder that each test may break."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from training_platform import CONTENT_KINDS
from training_platform.content.library import read_library
from training_platform.core.kinds import ContentKind, Library, registered

COMPETENCIES = """\
job_roles:
  - {id: specialist, name: {zh: 专员, en: Specialist}}
competencies:
  - id: data-quality
    code: DQ
    name: {zh: 资料质量, en: Data quality}
    levels:
      - {zh: 一, en: one}
      - {zh: 二, en: two}
      - {zh: 三, en: three}
      - {zh: 四, en: four}
    targets: {specialist: 3}
"""
CURRICULA = """\
curricula:
  - job_role: specialist
    title: {zh: 体系, en: Curriculum}
    summary: {zh: 简介, en: Summary}
    phases:
      - id: onboarding
        title: {zh: 入职, en: Onboarding}
        items:
          - {course: basics, required: true, due_days: 14, after: []}
"""
COURSE = """\
id: basics
title: {zh: 基础, en: Basics}
summary: {zh: 简介, en: Summary}
area: data-management
level: foundation
job_roles: [specialist]
competencies: {data-quality: 2}
lessons:
  - slug: phones
    minutes: 4
    check: basics/number
complete_when:
  - lessons: all
  - paper: basics
"""
LESSON = """\
---
title: {title}
objective: {title} can be done
summary: In short
---
First paragraph.

:::figure shape An arrow that points up
The caption.
:::

:::check
:::

Last paragraph with [a link](lesson:basics/phones).
"""
QUESTION = """\
id: basics/number
kind: single_choice
skills: [data-quality]
lesson: basics/phones
difficulty: foundation
stem: {zh: 哪一个?, en: Which one?}
explanation: {zh: 因为, en: Because}
options:
  - text: "16400007326"
    correct: true
  - text: "164-0000-7326"
    why: {zh: 有横线, en: It has hyphens}
  - text: "1640000732"
    why: {zh: 少一位, en: A digit is missing}
"""
PAPER = """\
id: basics
title: {zh: 测验, en: Quiz}
summary: {zh: 简介, en: Summary}
kind: course_quiz
course: basics
minutes: 15
pass_percent: 80
distinction_percent: 95
review: after_submission
sections:
  - draw: {topic: basics, count: 1}
"""
FIGURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 100">
<title>Arrow</title>
<path id="shaft" d="M10 90L300 10" stroke="var(--fig-accent,#7d2b5f)"/>
<use href="#shaft" fill="url(#shaft)"/>
</svg>
"""
FILES = {
    "courses/competencies.yaml": COMPETENCIES,
    "courses/curricula.yaml": CURRICULA,
    "courses/basics/course.yaml": COURSE,
    "courses/basics/01-phones.zh.md": LESSON.format(title="电话"),
    "courses/basics/01-phones.en.md": LESSON.format(title="Phones"),
    "courses/basics/media/shape.svg": FIGURE,
    "question_bank/questions/basics/number.yaml": QUESTION,
    "question_bank/papers/basics.yaml": PAPER,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder without mistakes."""
    root = tmp_path / "content"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def replace(folder: Path) -> Callable[[str, str, str], None]:
    """Change one passage of one file."""

    def change(name: str, old: str, new: str) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


@pytest.fixture(scope="session")
def kinds() -> list[ContentKind]:
    """Every kind of content, without the rest of the application."""
    app = Flask("kinds")
    for package in CONTENT_KINDS:
        package.register(app)
    return registered(app)


@pytest.fixture
def read(kinds: list[ContentKind], folder: Path) -> Callable[[], Library]:
    """Read the folder as the commands do."""
    return lambda: read_library(kinds, folder)


@pytest.fixture
def mistakes(read: Callable[[], Library]) -> Callable[[], list[str]]:
    """The mistakes of the folder, as people see them."""
    return lambda: [str(mistake) for mistake in read().mistakes()]
