"""The words of the Chinese text layout and of the tables, in both languages. Pure."""

import re
from collections.abc import Mapping

#: How kinds of questions are called; the first two names are written, Chinese and English.
KINDS: Mapping[str, tuple[str, ...]] = {
    "single_choice": ("单选题", "Single choice", "单项选择题", "单选", "选择题", "single_choice"),
    "multiple_choice": (
        "多选题", "Multiple choice", "多项选择题", "多选", "不定项选择题", "multiple_choice",
    ),
    "true_false": ("判断题", "True or false", "判断", "是非题", "对错题", "true_false"),
    "short_answer": ("简答题", "Short answer", "简答", "问答题", "short_answer"),
    "numeric": ("计算题", "Number", "数值题", "计算", "numeric"),
    "matching": ("匹配题", "Matching", "连线题", "匹配", "matching"),
    "ordering": ("排序题", "Put in order", "排序", "ordering"),
    "gap_text": ("填空题", "Fill the gaps", "填空", "gap_text"),
}  # fmt: skip
#: Kinds that the layouts know, but no question of ours is.
FOREIGN = ("论述题", "案例分析题", "名词解释", "作文题", "essay", "综合题", "应用题", "写作题")
DIFFICULTIES: Mapping[str, tuple[str, ...]] = {
    "foundation": ("基础", "Foundation", "易", "容易", "简单", "较易", "低", "easy", "foundation"),
    "applied": (
        "应用", "Application", "中", "中等", "一般", "适中", "medium", "applied", "normal",
    ),
    "advanced": ("进阶", "Advanced", "难", "困难", "较难", "高", "hard", "difficult", "advanced"),
}  # fmt: skip
#: Labels of the text layout: the first two are written.
LABELS: Mapping[str, tuple[str, ...]] = {
    "answer": ("答案", "Answer", "正确答案", "参考答案", "标准答案", "correct answer", "answers"),
    "explanation": (
        "解析", "Explanation", "答案解析", "试题解析", "题目解析", "分析", "详解", "explain",
    ),
    "difficulty": ("难度", "Difficulty", "难易度", "难易程度", "难度等级"),
    "kind": ("题型", "Kind", "类型", "题目类型", "type", "question type"),
    "skills": ("能力", "Skills", "知识点", "能力项", "考点", "skill"),
    "lesson": ("微课", "Lesson", "课程"),
    "id": ("编号", "Id", "题号", "题目编号"),
    "source": ("来源", "Source", "出处"),
    "why": ("理由", "Reason", "why"),
    "scoring": ("评分", "Scoring", "计分"),
    "order": ("选项顺序", "Order of options", "order"),
    "tolerance": ("误差", "Tolerance", "允许误差"),
    "unit": ("单位", "Unit"),
    "text": ("填空", "Text"),
    "wrong": ("错误答案", "Wrong answer"),
}  # fmt: skip
#: Parts of a question that no layout has a label for.
PARTS: Mapping[str, tuple[str, ...]] = {
    "accepted": ("可接受的答案", "Accepted answers"),
    "gaps": ("填空", "Gaps"),
    "items": ("排序项", "Items"),
    "options": ("选项", "Options"),
    "pairs": ("配对", "Pairs"),
    "picture": ("图片", "Picture"),
    "stem": ("题干", "Question"),
}
ALL_OR_NOTHING = ("全对得分", "All or nothing", "all-or-nothing")
FIXED = ("固定", "Fixed")
TRUE, FALSE = ("对", "True"), ("错", "False")
GAP_STEM = {"zh": "请填空。", "en": "Fill the gaps."}
_BLANKS = re.compile(r"\s+")


def code_of(table: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    """Return the code that a word stands for; None for an unknown word."""
    plain = _BLANKS.sub(" ", text).strip().casefold()
    return next(
        (code for code, names in table.items() if plain in {name.casefold() for name in names}),
        plain if plain in table else None,
    )


def written(names: tuple[str, ...], locale: str) -> str:
    """Return the word for a code in a language."""
    return names[0] if locale == "zh" else names[1]


def part_name(key: str, locale: str) -> str:
    """Return what a key of a question's file is called in a language."""
    names = LABELS.get(key) or PARTS.get(key)
    return written(names, locale) if names else key


def shown(label: str) -> str:
    """Return a label in both languages, for refusals."""
    return " / ".join(LABELS[label][:2])
