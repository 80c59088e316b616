"""Which column of a list is which field: guessed from headers in both languages."""

from collections.abc import Mapping, Sequence

from flask_babel import force_locale

from training_platform.core.errors import RuleError
from training_platform.core.i18n import LANGUAGES, translate
from training_platform.core.text import fold
from training_platform.records.history.texts import FIELDS


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Fields that each row fills; a staff number or a name comes on top.
REQUIRED = ("title", "day")
PERSON = ("staff_number", "name")
#: Further names that headers have in the wild; the labels in both languages are known already.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "staff_number": ("员工编号", "人员编号", "编号", "staff no", "employee number", "employee id"),
    "name": (
        "员工姓名",
        "员工",
        "学员",
        "学员姓名",
        "参训人",
        "参训人员",
        "employee",
        "trainee",
        "person",
    ),
    "title": (
        *("课程", "课程名称", "培训名称", "培训课程", "培训项目", "培训主题", "培训内容"),
        *("course", "course title", "training title", "title", "subject"),
    ),
    "day": (
        *("日期", "时间", "培训时间", "完成日期", "开始日期", "结束日期", "培训日期"),
        *("date", "day", "training date", "completed on", "completion date"),
    ),
    "hours": (
        "学时",
        "课时",
        "培训学时",
        "时长",
        "培训时长",
        "小时",
        "小时数",
        "duration",
        "hours spent",
    ),
    "percent": ("成绩", "分数", "得分", "考试成绩", "考核成绩", "points", "percent", "grade"),
    "outcome": ("结果", "考核结果", "是否合格", "是否通过", "结论", "outcome", "passed", "status"),
    "provider": (
        "培训机构",
        "机构",
        "培训单位",
        "主办单位",
        "主办方",
        "组织单位",
        "organizer",
        "organiser",
    ),
    "trainer": (
        "讲师",
        "授课人",
        "主讲人",
        "授课老师",
        "老师",
        "teacher",
        "instructor",
        "lecturer",
    ),
    "place": ("地点", "培训地点", "地址", "location", "venue"),
    "note": ("备注", "说明", "备注说明", "remark", "remarks", "notes", "comment", "comments"),
}


def guess(header: Sequence[str], earlier: Mapping[str, str | None]) -> list[str | None]:
    """Return the field of each column; None where no name fits. A field is given once.

    earlier is what was chosen for the same headers last time.
    """
    known = _names()
    found: list[str | None] = []
    for name in header:
        field = earlier[name] if name in earlier else known.get(_plain(name))
        found.append(field if field not in found else None)
    return found


def check_mapping(mapping: Sequence[str | None]) -> None:
    """Raise RuleError, naming what is missing, unless each field that is needed has one column."""
    chosen = [field for field in mapping if field]
    if doubled := {field for field in chosen if chosen.count(field) > 1}:
        raise RuleError(
            _("Each field takes one column. Chosen twice: %(names)s."), names=_labels(doubled)
        )
    if missing := {name for name in REQUIRED if name not in chosen}:
        raise RuleError(
            _("Choose the columns of these required fields: %(names)s."), names=_labels(missing)
        )
    if not set(PERSON) & set(chosen):
        raise RuleError(_("Choose the column of the staff number, or that of the name."))


def _labels(names: set[str]) -> str:
    return translate(_(", ")).join(translate(FIELDS[name]) for name in FIELDS if name in names)


def _names() -> Mapping[str, str]:
    """Return every known header, folded, with its field; labels go before synonyms."""
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            for name, label in FIELDS.items():
                known.setdefault(_plain(translate(label)), name)
    for name in FIELDS:
        for text in (name, *SYNONYMS.get(name, ())):
            known.setdefault(_plain(text), name)
    return known


def _plain(text: str) -> str:
    """Return a header as it is compared: folded, without marks of required fields and units."""
    return fold(text).strip("*: ").split("(")[0].strip("* ")
