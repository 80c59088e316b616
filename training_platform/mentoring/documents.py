"""The PDF file of a closing report, in either language; what people wrote stays as it is."""

from typing import Any

from flask import render_template

from training_platform.core import pdf
from training_platform.mentoring.models import Practice
from training_platform.mentoring.rules import Kind, Verdict

WORDS = {
    "zh": {
        "heading": "实践锻炼总结报告",
        "trainee": "学员",
        "mentor": "导师",
        "department": "部门",
        "place": "实践地点",
        "kind": "类型",
        "period": "起止日期",
        "hours": "累计时长",
        "hours_unit": "{} 小时",
        "goals": "目标与评价",
        "measure": "衡量标准：",
        "about": "实践内容",
        "done": "做了什么",
        "results": "目标完成情况",
        "learned": "我的收获",
        "recommended": "给同事的建议",
        "remark": "导师总评",
        "result": "结论",
        "signed": "导师签字确认",
        "company": "客户关系学堂",
        Kind.PROJECT: "实际项目",
        Kind.SERVICE: "服务工作",
        Kind.CROSS_DEPARTMENT: "跨部门工作",
        Verdict.REACHED: "达成",
        Verdict.PARTLY: "部分达成",
        Verdict.NOT_REACHED: "未达成",
    },
    "en": {
        "heading": "Closing report of a mentored practice",
        "trainee": "Trainee",
        "mentor": "Mentor",
        "department": "Department",
        "place": "Place",
        "kind": "Kind of work",
        "period": "From – to",
        "hours": "Hours logged",
        "hours_unit": "{} hours",
        "goals": "Goals and their assessment",
        "measure": "Seen by: ",
        "about": "What it is about",
        "done": "What was done",
        "results": "Results against the goals",
        "learned": "What I learned",
        "recommended": "What I recommend to others",
        "remark": "The mentor on the whole",
        "result": "Result",
        "signed": "Signed off by the mentor",
        "company": "Customer Relations Academy",
        Kind.PROJECT: "Project",
        Kind.SERVICE: "Service work",
        Kind.CROSS_DEPARTMENT: "Work across departments",
        Verdict.REACHED: "Reached",
        Verdict.PARTLY: "Partly reached",
        Verdict.NOT_REACHED: "Not reached",
    },
}
PARTS = ("done", "results", "learned", "recommended")


def values_of(practice: Practice, minutes: int, lang: str) -> dict[str, Any]:
    """Return what the document's template asks for: plain values, no query is left to do."""
    words = WORDS[lang]
    report, verdict = practice.report, practice.verdict
    return {
        "lang": lang,
        "words": words,
        "number": practice.id,
        "title": practice.title,
        "about": practice.about,
        "trainee": _called(practice.trainee, lang),
        "mentor": _called(practice.mentor, lang),
        "facts": _facts(practice, minutes, lang),
        "goals": [
            (goal.position, goal.text, goal.measure, words.get(goal.verdict or "", ""), goal.remark)
            for goal in practice.goals
        ],
        "parts": [(words[name], getattr(report, name)) for name in PARTS] if report else [],
        "remark": practice.remark,
        "verdict": words[verdict] if verdict else "",
        "signed_on": practice.closed_at,
    }


def _facts(practice: Practice, minutes: int, lang: str) -> list[tuple[str, str]]:
    words = WORDS[lang]
    department = practice.department.name
    found = {
        "trainee": _called(practice.trainee, lang),
        "mentor": _called(practice.mentor, lang),
        "kind": words[practice.kind],
        "department": department.get(lang) or next(iter(department.values()), ""),
        "place": practice.place,
        "period": f"{practice.starts_on.isoformat()} – {practice.due_on.isoformat()}",
        "hours": words["hours_unit"].format(f"{minutes / 60:g}"),
    }
    return [(words[name], value) for name, value in found.items() if value]


def _called(employee: Any, lang: str) -> str:
    name, latin = employee.name, employee.name_latin
    return f"{latin} ({name})" if lang == "en" and latin and latin != name else name


def file_name(values: dict[str, Any]) -> str:
    """Return a name that reads well and keeps its place in a folder."""
    text = f"{values['words']['heading']} {values['title']} {values['trainee']}"
    return "".join(sign for sign in text if sign not in '\\/:*?"<>|')[:120] + ".pdf"


def render(values: dict[str, Any]) -> bytes:
    """Return the PDF file; raise what core.pdf.render raises."""
    html = render_template("pdf/practice/report.html", **values)
    return pdf.render(html, stylesheets=["practice/report.css"])
