"""What the checks of files say, in the words of the page's language.

The checks speak English, on the command line too; where they name something, its place here is
%(name)s. What is not listed is said as it stands, behind words that say what it is.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_platform.core.i18n import language
from training_platform.core.kinds import Mistake
from training_platform.studio.key_words import key_text

_NAME = re.compile(r"%\\\((\w+)\\\)s")
#: What can be wrong.
PROBLEMS: Sequence[Any] = (
    _l("is missing"),
    _l("is missing or empty"),
    _l("is not known"),
    _l("is not a text"),
    _l("is not a list"),
    _l("is not a mapping"),
    _l("is no mapping"),
    _l("is not a whole number"),
    _l("is neither true nor false"),
    _l("is not right"),
    _l("is blank"),
    _l("is empty"),
    _l("is no text"),
    _l("is not UTF-8"),
    _l("is too large"),
    _l("is too long"),
    _l("has a tab"),
    _l("has a tag"),
    _l("has a control character"),
    _l("has a key that is no word"),
    _l("is an alias"),
    _l("is nested too deeply"),
    _l("cannot be read"),
    _l("stands twice"),
    _l("stands twice, first on line %(line)s"),
    _l("%(name)s stands twice"),
    _l("is no job role"),
    _l("is no competency"),
    _l("%(name)s is no competency"),
    _l("%(name)s is no job role"),
    _l("%(name)s is no lesson"),
    _l("%(name)s is no course"),
    _l("%(name)s is no question"),
    _l("%(name)s is no paper"),
    _l("%(name)s is no practical"),
    _l("%(name)s is no rubric"),
    _l("%(name)s is no exam"),
    _l("%(name)s is not there"),
    _l("%(name)s does not come before"),
    _l("%(name)s comes after %(other)s"),
    _l("leads to lesson:%(name)s, which does not exist"),
    _l("leads to %(name)s"),
    _l("repeats %(text)s"),
    _l("doubles %(name)s"),
    _l("is the id of a %(kind)s"),
    _l("has %(text)s"),
    _l("has the gaps %(text)s"),
    _l("has no text in %(language)s"),
    _l("has no front matter"),
    _l("has too many files"),
    _l("has a name we do not serve"),
    _l("does not belong here"),
    _l("is shown nowhere"),
    _l("is not proved as it stands"),
    _l("ends within a line; is it cut off?"),
    _l("is raw HTML"),
    _l("is of the first level"),
    _l("is a Markdown picture"),
    _l("stands inside a list or quotation"),
    _l("opens within another block"),
    _l("is not closed; is the file cut off?"),
    _l("%(name)s lacks words"),
    _l("%(name)s has words"),
    _l("example is %(name)s"),
    _l("declares a document type"),
    _l("is no XML; is the file cut off?"),
    _l("is something else"),
    _l("has a processing instruction or entity"),
    _l("may not stand in a figure"),
    _l("points outside"),
    _l("is no number"),
    _l("is no %(sort)s"),
    _l("names conditions and a typed slip, or neither"),
    _l("none is not below full"),
    _l("has choices without choosing, or the other way round"),
    _l("looks at %(name)s"),
    _l("has two checks of one name"),
    _l("is worth %(points)s points in all"),
    _l("has only checks that people score"),
    _l("has checks after %(name)s, which people score"),
    _l("%(sort)s names %(names)s"),
    _l("finds by %(name)s"),
    _l("draws from everything"),
    _l("has no clear source"),
    _l("distinction_percent is below pass_percent"),
    _l("is wrong without saying why"),
    _l("needs one way to answer"),
    _l("has %(count)s correct options"),
    _l("has %(right)s correct of %(count)s options"),
    _l("has weights that sum to %(total)s"),
    _l("weights its parts with %(total)s together"),
    _l("minutes is below the longest part"),
    _l("gives minutes and break_minutes"),
    _l("is no condition"),
    _l("is %(value)s"),
    _l("%(name)s is no %(sort)s"),
    _l("found unexpected end of stream"),
    _l("mapping values are not allowed here"),
    _l("could not find expected ':'"),
    _l("expected <block end>, but found %(sign)s"),
    _l("found character %(sign)s that cannot start any token"),
    _l("expected ',' or ']', but got %(sign)s"),
    _l("expected ',' or '}', but got %(sign)s"),
)
#: What is expected instead.
EXPECTED: Sequence[Any] = (
    _l("this key"),
    _l("only the keys of the format (docs/content-format.md)"),
    _l("a text"),
    _l("a text; put quotes around it where YAML reads it otherwise"),
    _l("a list, one entry a line with a hyphen"),
    _l("keys with values"),
    _l("a whole number"),
    _l("true or false"),
    _l("the keys of the format"),
    _l("a file saved as UTF-8"),
    _l("at most %(count)s characters"),
    _l("at most %(count)s bytes"),
    _l("at most %(count)s steps"),
    _l("at most %(count)s, so many fit"),
    _l("at most %(count)s"),
    _l("at least %(count)s"),
    _l("at least pass_percent"),
    _l("two spaces a step"),
    _l("YAML; is the file cut off?"),
    _l("YAML that is nested less deeply"),
    _l("text without control characters"),
    _l("the text itself, written out"),
    _l("a plain key"),
    _l("a plain value"),
    _l("each once"),
    _l("each key once"),
    _l("each question once"),
    _l("each part once"),
    _l("each lesson once"),
    _l("different texts"),
    _l("one of competencies.yaml"),
    _l("an id of competencies.yaml"),
    _l("one of job_roles"),
    _l("one of %(names)s"),
    _l("one of them"),
    _l("both"),
    _l("an id of its own"),
    _l("another id"),
    _l("a course's id"),
    _l("the id of a course"),
    _l("the id of a %(sort)s"),
    _l("a slug of course.yaml"),
    _l("a lesson with :::figure or :::video"),
    _l("a proof of these very files"),
    _l("a line end"),
    _l("the task itself"),
    _l("the steps of this solution"),
    _l("the brief of the task"),
    _l("the text of the lesson"),
    _l("one place for the check question"),
    _l("Markdown and blocks only"),
    _l("headings from ## on"),
    _l(":::figure with a file of media/"),
    _l("https://… or lesson:<course>/<lesson>"),
    _l("<course>/<lesson>"),
    _l("<topic>/<question>"),
    _l("two ids with a slash between them, such as complaints/first-words"),
    _l("a block at the margin"),
    _l("::: before it; blocks do not nest"),
    _l("::: on a line of its own"),
    _l("good or poor"),
    _l("nothing behind it"),
    _l("an svg element only"),
    _l("a whole SVG file"),
    _l("viewBox on the svg"),
    _l("shapes only"),
    _l("shapes and text only"),
    _l("a reference within the figure, #id"),
    _l("title, objective, summary between ---"),
    _l("lower case, words joined by hyphens"),
    _l("courses that stand above in this curriculum"),
    _l("course.yaml in every course's folder"),
    _l("one file a lesson and language"),
    _l("one curriculum a job role"),
    _l("%(name)s, as the path says"),
    _l("a file of question_bank/papers/"),
    _l("a name for each"),
    _l("100 points"),
    _l("100"),
    _l("a check that stands above"),
    _l("one that needs none"),
    _l("gates need none"),
    _l("checks of this task"),
    _l("a topic or skills"),
    _l("either draw or questions"),
    _l("either accepted or choices"),
    _l("either paper or practical"),
    _l("either lessons: all or paper: <id>"),
    _l("why: in zh and en"),
    _l("exactly one"),
    _l("two or more correct and at least one wrong"),
    _l("weights of %(total)s together"),
    _l("a smaller share"),
    _l("a number"),
    _l("zh and en, or one text for both in quotes"),
    _l("a day such as %(day)s"),
    _l("greater than or equal to %(number)s"),
    _l("less than or equal to %(number)s"),
    _l("greater than %(number)s"),
    _l("less than %(number)s"),
    _l("list should have at least %(count)s item after validation, not %(had)s"),
    _l("list should have at least %(count)s items after validation, not %(had)s"),
    _l("list should have at most %(count)s item after validation, not %(had)s"),
    _l("list should have at most %(count)s items after validation, not %(had)s"),
    _l("string should match pattern %(pattern)s"),
    _l("string should have at most %(count)s characters"),
    _l("string should have at least %(count)s character"),
    _l("a valid integer, unable to parse string as an integer"),
    _l("a valid date or datetime, input is too short"),
    _l("%(names)s or %(last)s"),
)


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.filters.update(said_problem=problem_text, said_expected=expected_text)


def problem_text(said: str) -> str:
    """Return what is wrong in the page's language."""
    return _text(said, "problem") or _("is not right: %(said)s", said=said)


def expected_text(said: str) -> str:
    """Return what is expected in the page's language."""
    return _text(said, "expected") or _("as it says there: %(said)s", said=said)


def clause(problem: str, expected: str) -> str:
    """Return what is wrong and what is expected instead, as a part of a sentence."""
    what, instead = problem_text(problem), expected_text(expected)
    return str(_("%(problem)s; expected: %(expected)s", problem=what, expected=instead))


def sentence(mistake: Mistake) -> str:
    """Return a mistake that no form has plainer words for: what is meant, what is wrong."""
    expected = _("expected: %(expected)s", expected=expected_text(mistake.expected))
    return f"{key_text(mistake.key)}: {problem_text(mistake.problem)} ({expected})"


def _text(said: str, sort: str) -> str:
    if language() == "en":
        return said
    for pattern, known in _patterns(sort):
        if match := pattern.fullmatch(said):
            return str(known) % match.groupdict() if match.groupdict() else str(known)
    return ""


@cache
def _patterns(sort: str) -> list[tuple[re.Pattern[str], Any]]:
    """Return the texts as patterns of what is said; those that name least come first."""
    texts = PROBLEMS if sort == "problem" else EXPECTED
    return [(_pattern(text), text) for text in _by_openness(texts)]


def _by_openness(texts: Iterable[Any]) -> list[Any]:
    return sorted(texts, key=lambda each: (_id(each).count("%("), -len(_id(each))))


def _pattern(text: Any) -> re.Pattern[str]:
    return re.compile(_NAME.sub(r"(?P<\1>.+?)", re.escape(_id(text))), re.DOTALL)


def _id(text: Any) -> str:
    """Return the text as the checks say it, whatever the page's language is."""
    return str(text._args[0])
