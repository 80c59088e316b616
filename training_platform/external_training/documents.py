"""The printable application form, in either language; what people wrote stays as it is."""

from typing import Any

from flask import render_template

from training_platform.core import pdf
from training_platform.core.i18n import format_money
from training_platform.external_training.models import ExternalTrainingApplication
from training_platform.external_training.rules import Decision, Kind, StepRole

WORDS: dict[str, dict[Any, str]] = {
    "zh": {
        "heading": "外部培训申请表",
        "company": "客户关系学堂",
        "number": "编号",
        "rule": "全部审批通过之前，不得付款、不得参训。",
        "applicant": "申请人",
        "name": "姓名",
        "staff": "工号",
        "department": "部门",
        "role": "岗位",
        "training": "培训",
        "title": "培训名称",
        "kind": "形式",
        "provider": "主办机构",
        "dates": "起止日期",
        "hours": "学时",
        "place": "地点",
        "online": "线上",
        "content": "培训内容",
        "need": "需求",
        "competency": "对应能力",
        "reason": "申请理由",
        "use": "回岗后如何使用",
        "cover": "离岗期间的工作安排",
        "cost": "费用",
        "fee": "培训费",
        "travel": "差旅费",
        "lodging": "住宿费",
        "total": "合计",
        "signature": "申请人签名",
        "promise": "以上内容属实。如获批准，我将在培训结束后按期提交总结报告并组织分享会。",
        "sign": "签名",
        "date": "日期",
        "decisions": "审批",
        "remark": "意见",
        "after": "培训之后",
        "report_due": "总结报告截止",
        "filed": "人事归档",
        "page": "签字后由人事归入培训档案",
        Kind.COURSE: "培训班",
        Kind.SEMINAR: "研讨会",
        Kind.LECTURE: "讲座",
        StepRole.HEAD: "部门负责人审核",
        StepRole.LEADER: "公司领导批准",
        StepRole.HR: "人事审核",
        Decision.APPROVED: "同意",
        Decision.CONDITIONS: "有条件同意",
        Decision.RETURNED: "退回修改",
        Decision.REFUSED: "驳回",
    },
    "en": {
        "heading": "External training application",
        "company": "Customer Relations Academy",
        "number": "No.",
        "rule": "No payment and no attendance before all decisions are made.",
        "applicant": "Applicant",
        "name": "Name",
        "staff": "Staff no.",
        "department": "Department",
        "role": "Job role",
        "training": "Training",
        "title": "Title",
        "kind": "Kind",
        "provider": "Provider",
        "dates": "Dates",
        "hours": "Hours",
        "place": "Place",
        "online": "online",
        "content": "Content",
        "need": "Need",
        "competency": "Competency",
        "reason": "Reason",
        "use": "Use at work afterwards",
        "cover": "Cover during absence",
        "cost": "Cost",
        "fee": "Course fee",
        "travel": "Travel",
        "lodging": "Lodging",
        "total": "Total",
        "signature": "Applicant's signature",
        "promise": "The above is true. If approved, I will hand in a report and hold a sharing"
        " session on time.",
        "sign": "Signature",
        "date": "Date",
        "decisions": "Decisions",
        "remark": "Remark",
        "after": "Afterwards",
        "report_due": "Report due",
        "filed": "Filed by HR",
        "page": "HR files the signed form in the training record",
        Kind.COURSE: "Course",
        Kind.SEMINAR: "Seminar",
        Kind.LECTURE: "Lecture",
        StepRole.HEAD: "Review by the department head",
        StepRole.LEADER: "Approval by a company leader",
        StepRole.HR: "Check by human resources",
        Decision.APPROVED: "Approved",
        Decision.CONDITIONS: "Approved with conditions",
        Decision.RETURNED: "Returned",
        Decision.REFUSED: "Refused",
    },
}


def values_of(application: ExternalTrainingApplication, lang: str) -> dict[str, Any]:
    """Return what the form's template asks for: plain values, no query is left to do."""
    words, owner = WORDS[lang], application.applicant
    days = [day.isoformat() for day in (application.starts_on, application.ends_on) if day]
    online = [words["online"]] if application.is_online else []
    due = application.report_due_on
    return {
        "lang": lang,
        "words": words,
        "number": application.number,
        "name": _called(owner, lang),
        "staff": owner.staff_number,
        "department": _in(owner.department.name, lang),
        "role": _in(owner.job_role.name, lang) if owner.job_role else "",
        "title": application.title,
        "kinds": [(words[each], each is application.kind) for each in Kind],
        "provider": application.provider.name if application.provider else "",
        "dates": " – ".join(dict.fromkeys(days)),
        "hours": f"{application.minutes / 60:g}" if application.minutes else "",
        "place": " · ".join([*filter(None, [application.place]), *online]),
        "content": application.content,
        "competency": _in(application.competency.name, lang) if application.competency else "",
        "reason": application.reason,
        "use": application.use_plan,
        "cover": application.cover,
        "costs": [
            (words["fee"], format_money(application.fee_amount)),
            (words["travel"], format_money(application.travel_amount)),
            (words["lodging"], format_money(application.lodging_amount)),
            (words["total"], format_money(application.total)),
        ],
        "decisions": [_decision(step, lang) for step in application.current_steps],
        "report_due": due.isoformat() if due else "",
    }


def _decision(step: Any, lang: str) -> dict[str, Any]:
    words = WORDS[lang]
    return {
        "step": words[step.role],
        "choices": [(words[each], each is step.decision) for each in Decision],
        "note": step.note,
        "who": _decider(step, lang) if step.approver else "",
        "at": step.decided_at,
    }


def _decider(step: Any, lang: str) -> str:
    """Return who took a step; whoever stood in for somebody says for whom."""
    who = _called(step.approver, lang)
    if step.on_behalf_of is None:
        return who
    other = _called(step.on_behalf_of, lang)
    return f"{who}（代{other}）" if lang == "zh" else f"{who} for {other}"


def _in(name: Any, lang: str) -> str:
    return str(name.get(lang) or next(iter(name.values()), ""))


def _called(employee: Any, lang: str) -> str:
    name, latin = employee.name, employee.name_latin
    return f"{latin} ({name})" if lang == "en" and latin and latin != name else name


def file_name(values: dict[str, Any]) -> str:
    """Return a name that reads well and keeps its place in a folder."""
    text = f"{values['words']['heading']} {values['number']} {values['name']}"
    return "".join(sign for sign in text if sign not in '\\/:*?"<>|')[:120] + ".pdf"


def render(values: dict[str, Any]) -> bytes:
    """Return the PDF file; raise what core.pdf.render raises."""
    html = render_template("pdf/external_training/application.html", **values)
    return pdf.render(html, stylesheets=["external_training/application.css"])
