"""Files to begin with: a few examples in each format, which the reader takes as they are. Pure."""

from typing import Any

from training_platform.studio.formats.results import Exported
from training_platform.studio.formats.writing import FORMATS, write_questions

_COMMON = {"skills": ["data-quality"], "difficulty": "foundation"}
#: One of each kind; a format takes those that it knows.
EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "id": "example-1",
        "kind": "single_choice",
        **_COMMON,
        "stem": {
            "zh": "客户在电话里报了新的手机号。先做哪一步？",
            "en": "A customer gives a new mobile number on the phone. What comes first?",
        },
        "explanation": {
            "zh": "先复述核对，记下的才不会错。",
            "en": "Reading it back catches slips before they are saved.",
        },
        "options": [
            {
                "text": {"zh": "逐位复述，请客户确认", "en": "Read it back digit by digit"},
                "correct": True,
            },
            {
                "text": {"zh": "直接覆盖旧号码", "en": "Overwrite the old number at once"},
                "why": {"zh": "听错一位，就再也联系不上。", "en": "One slip, and nobody answers."},
            },
            {
                "text": {"zh": "写在备注里，以后再改", "en": "Put it into a remark for later"},
                "why": {"zh": "备注里的号码没有人会拨。", "en": "Nobody dials what a remark says."},
            },
        ],
    },
    {
        "id": "example-2",
        "kind": "multiple_choice",
        **_COMMON,
        "stem": {"zh": "下面哪些属于客户资料？", "en": "Which of these are customer data?"},
        "explanation": {
            "zh": "能认出某位客户的，都是客户资料。",
            "en": "Whatever points to one customer is customer data.",
        },
        "options": [
            {"text": {"zh": "联系人的手机号", "en": "A contact's mobile number"}, "correct": True},
            {"text": {"zh": "收货地址", "en": "The delivery address"}, "correct": True},
            {
                "text": {"zh": "食堂菜单", "en": "The canteen's menu"},
                "why": {"zh": "它和客户无关。", "en": "It has nothing to do with a customer."},
            },
        ],
    },
    {
        "id": "example-3",
        "kind": "true_false",
        **_COMMON,
        "stem": {
            "zh": "同一家公司可以建两条客户记录。",
            "en": "One company may have two customer records.",
        },
        "explanation": {"zh": "先查重，再新建。", "en": "Look for duplicates before creating."},
        "answer": False,
        "why": {
            "zh": "两条记录会让跟进各说各话。",
            "en": "With two records, colleagues contradict each other.",
        },
    },
    {
        "id": "example-4",
        "kind": "short_answer",
        **_COMMON,
        "stem": {"zh": "公司最重要的客户叫什么等级？", "en": "What is the highest tier called?"},
        "explanation": {"zh": "最高一级是贵宾。", "en": "The highest tier is VIP."},
        "accepted": {"zh": ["贵宾", "贵宾客户"], "en": ["VIP", "VIP customer"]},
    },
    {
        "id": "example-5",
        "kind": "numeric",
        **_COMMON,
        "stem": {"zh": "一般工单要在几小时内回复？", "en": "Within how many hours is a reply due?"},
        "explanation": {"zh": "规定是一天之内。", "en": "The rule says within one day."},
        "answer": 24,
        "unit": {"zh": "小时", "en": "hours"},
    },
    {
        "id": "example-6",
        "kind": "matching",
        **_COMMON,
        "stem": {"zh": "谁做哪件事？", "en": "Who does what?"},
        "explanation": {"zh": "按岗位分工。", "en": "Each role has its part."},
        "pairs": [
            {
                "left": {"zh": "专员", "en": "Specialist"},
                "right": {"zh": "登记来电", "en": "Registers calls"},
            },
            {
                "left": {"zh": "主管", "en": "Supervisor"},
                "right": {"zh": "分派工单", "en": "Assigns tickets"},
            },
            {
                "left": {"zh": "经理", "en": "Manager"},
                "right": {"zh": "看每月报表", "en": "Reads the monthly report"},
            },
        ],
    },
    {
        "id": "example-7",
        "kind": "ordering",
        **_COMMON,
        "stem": {"zh": "把接电话的三步排好。", "en": "Put the three steps of a call in order."},
        "explanation": {"zh": "先听，再记，最后确认。", "en": "Listen, note, then confirm."},
        "items": [
            {"zh": "听客户说完", "en": "Let the customer finish"},
            {"zh": "记下要点", "en": "Note the main points"},
            {"zh": "复述确认", "en": "Say it back"},
        ],
    },
    {
        "id": "example-8",
        "kind": "gap_text",
        **_COMMON,
        "stem": {"zh": "补全这句话。", "en": "Complete the sentence."},
        "explanation": {"zh": "先查重，再新建。", "en": "Look for duplicates, then create."},
        "text": {
            "zh": "新建客户之前先{{1}}。",
            "en": "Before you create one, look for {{1}}.",
        },
        "gaps": [{"accepted": {"zh": ["查重", "去重"], "en": ["duplicates", "doubles"]}}],
    },
)


def template(format_name: str, locale: str) -> Exported:
    """Return a file with examples of everything that a format holds, labelled in a language."""
    kinds = FORMATS[format_name].kinds
    examples = [example for example in EXAMPLES if example["kind"] in kinds]
    written = write_questions(examples, format_name, locale=locale)
    return Exported(written.data, written.ending, written.count)
