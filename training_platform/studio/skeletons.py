"""What a new item begins with: files that say what belongs where, in the order of the format."""

from collections.abc import Callable, Mapping

_COURSE = """\
id: {slug}
title: {{zh: "", en: ""}}
summary: {{zh: "", en: ""}}
area: communication
level: foundation
job_roles: [specialist]
competencies: {{}}
significant_revision: 1
lessons:
  - slug: {lesson}
    minutes: 4
    check: ""
complete_when:
  - lessons: all
"""
_LESSON = """\
---
title: ""
objective: ""
summary: ""
---
"""
_QUESTION = """\
id: {slug}
kind: single_choice
skills: []
difficulty: foundation
stem: {{zh: "", en: ""}}
explanation: {{zh: "", en: ""}}
options:
  - {{text: {{zh: "", en: ""}}, correct: true}}
  - {{text: {{zh: "", en: ""}}, why: {{zh: "", en: ""}}}}
  - {{text: {{zh: "", en: ""}}, why: {{zh: "", en: ""}}}}
"""
_PAPER = """\
id: {slug}
title: {{zh: "", en: ""}}
summary: {{zh: "", en: ""}}
kind: course_quiz
minutes: 15
pass_percent: 80
distinction_percent: 95
closed_book: false
ladder: default
review: after_submission
sections: []
"""
_RUBRIC = """\
id: {slug}
title: {{zh: "", en: ""}}
summary: {{zh: "", en: ""}}
criteria: []
"""
_CASE = """\
id: {slug}
title: {{zh: "", en: ""}}
summary: {{zh: "", en: ""}}
competencies: []
lessons: []
review_by: ""
situation:
  zh: ""
  en: ""
action:
  zh: ""
  en: ""
outcome:
  zh: ""
  en: ""
questions: []
"""
_FAQ = """\
id: {slug}
title: {{zh: "", en: ""}}
competencies: []
lessons: []
review_by: ""
answer:
  zh: ""
  en: ""
"""
_TASK = """\
id: {slug}
title: {{zh: "", en: ""}}
summary: {{zh: "", en: ""}}
job_roles: [specialist]
skills: []
minutes: 20
generator: ""
options: {{}}
checks: []
passing: {{percent: 80}}
wrong:
  - name: {wrong}
    loses: []
    why: {{zh: "", en: ""}}
"""
_BRIEFS = {
    "zh": "小满，你好：\n\n\n\n顾怀远\n",
    "en": "Hello Xiaoman,\n\n\n\nGu Huaiyuan\n",
}
FIRST_WRONG = "first-slip"
FIRST_LESSON = "first-lesson"


def _course(slug: str) -> dict[str, str]:
    start = f"courses/{slug}"
    return {
        f"{start}/course.yaml": _COURSE.format(slug=slug, lesson=FIRST_LESSON),
        f"{start}/01-{FIRST_LESSON}.zh.md": _LESSON,
        f"{start}/01-{FIRST_LESSON}.en.md": _LESSON,
    }


def _task(slug: str) -> dict[str, str]:
    start = f"question_bank/scenarios/{slug}"
    return {
        f"question_bank/practicals/{slug}.yaml": _TASK.format(slug=slug, wrong=FIRST_WRONG),
        **{f"{start}/brief.{language}.md": text for language, text in _BRIEFS.items()},
        f"{start}/solution.yaml": "steps: []\n",
        f"{start}/wrong/{FIRST_WRONG}.yaml": "steps: []\n",
    }


def _one(folder: str, text: str) -> Callable[[str], dict[str, str]]:
    return lambda slug: {f"{folder}/{slug}.yaml": text.format(slug=slug)}


#: Kinds that can be begun in the studio; the others exist once, or are made from these.
SKELETONS: Mapping[str, Callable[[str], dict[str, str]]] = {
    "course": _course,
    "question": _one("question_bank/questions", _QUESTION),
    "paper": _one("question_bank/papers", _PAPER),
    "rubric": _one("question_bank/rubrics", _RUBRIC),
    "practical": _task,
    "case": _one("courses/cases", _CASE),
    "faq": _one("courses/faq", _FAQ),
}
#: How the id of such an item is formed.
NESTED = frozenset({"question"})


def new_lesson(course: str, slug: str, number: int) -> dict[str, str]:
    """Return the two files of a new lesson."""
    start = f"courses/{course}/{number:02d}-{slug}"
    return {f"{start}.{language}.md": _LESSON for language in ("zh", "en")}


def is_untouched(kind: str, slug: str, files: Mapping[str, bytes]) -> bool:
    """Tell that the files are still what a new item begins with: nobody wrote in them yet."""
    begun = SKELETONS.get(kind)
    return begun is not None and files == {
        path: text.encode() for path, text in begun(slug).items()
    }
