"""The same value, however it is written; and never another one that merely looks like it."""

from decimal import Decimal

import pytest

from training_platform.practicals import matchers

SAME = [
    ("text", "周 建国", "周建国 ", False),
    ("text", "ＡＢＣ　公司", "abc 公司", True),
    ("text", "絕緣膠帶", "绝缘胶带", True),
    ("company", "栖川禾澜机械有限责任公司", "栖川禾澜机械有限公司", True),
    ("company", "禾澜（栖川）机械有限公司", "禾澜(栖川)機械有限公司", True),
    ("company", "恒拓机械有限公司", "恒拓精密机械有限公司", False),
    ("company", "恒拓机械有限公司", "恒泰机械有限公司", False),
    ("phone", "+86 154-0000-0001", "15400000001", True),
    ("phone", "１５４００００００１", "15400000001", False),
    ("phone", "１５４００００００００１"[:11], "15400000000", True),
    ("minute", "2025-07-02T01:00:30Z", "2025-07-02T09:00:00+08:00", True),
    ("minute", "2025-07-02T01:01:00Z", "2025-07-02T01:00:00Z", False),
    ("minute", "demain", "2025-07-02T01:00:00Z", False),
    ("date", "2025-07-02T23:00:00Z", "2025-07-02", True),
    ("money", "1,200.00", "1200", True),
    ("money", "１２００元", "1200", True),
    ("money", "1200.02", "1200", False),
    ("percent", "23.5%", "23.5", True),
    ("percent", "0.235", "23.5", True),
    ("percent", "百分之23.5", "23.5", True),
    ("percent", "0.5", "0.5", True),
    ("percent", "23.7", "23.5", False),
    ("number", "四十八", "48", True),
    ("number", "48 or 49", "48", False),
    ("contains", "客户希望尽快安排上门检修。", ["上门", "现场"], True),
    ("contains", "改天再说", ["上门", "现场"], False),
    ("choice", " 需求 分析", {"zh": "需求分析", "en": "Needs analysis"}, True),
    ("choice", "NEEDS analysis", ["需求分析", "Needs analysis"], True),
    ("choice", "初步接触 需求分析 方案报价 合同谈判", ["需求分析", "Needs analysis"], False),
    ("choice", "需求", ["需求分析", "Needs analysis"], False),
    ("tells", "对方确认需求，接下来报价", [["确认"], ["资料"], ["报价"], ["签"]], True),
    ("tells", "资料；确认；报价；签", [["确认"], ["资料"], ["报价"], ["签"]], False),
    ("tells", "沟通顺利", [["确认"], ["资料"]], False),
    ("named_number", "已有 １１２ 天没有下单", "112", True),
    ("named_number", "7 月 2 日联系，已有 112 天", "112", True),
    ("named_number", "已有 112 天没有下单", "12", False),
    ("named_number", "98 99 100 101 102 天", "100", False),
    ("set", ["年度维保", "華東"], ["华东", "年度维保"], True),
    ("set", ["年度维保"], ["华东", "年度维保"], False),
    ("raw", " 15400000001", "15400000001", False),
    ("code", "machinery", "machinery", True),
    ("text", "", None, True),
    ("text", "", "周建国", False),
]


@pytest.mark.parametrize(("matcher", "got", "wanted", "is_same"), SAME)
def test_values_are_compared_by_what_they_mean(matcher, got, wanted, is_same):
    assert matchers.same(matcher, got, wanted) is is_same


def test_a_limit_replaces_the_matchers_own():
    assert matchers.same("money", "1210", "1200", Decimal(12))
    assert not matchers.same("percent", "23.55", "23.5", Decimal("0.01"))


@pytest.mark.parametrize(
    ("matcher", "got", "wanted", "is_same"),
    [row for row in SAME if row[0] in matchers.keyed() and row[1] and row[2]],
)
def test_what_is_found_by_key_is_what_a_comparison_finds(matcher, got, wanted, is_same):
    key = matchers.keys_of(matcher)

    assert (key(got) == key(wanted)) is is_same


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("手机、邮箱", True),
        ("Ｅ-mail and mobile", True),
        ("手机", False),
        ("手机、邮箱、姓名", False),
        ("", False),
    ],
)
def test_a_text_names_everything_that_is_right_and_nothing_that_is_wrong(text, passes):
    wanted = [[["手机", "mobile"], ["邮箱", "e-mail"]], [["姓名", "name"]]]

    assert matchers.same("names", text, wanted) is passes


@pytest.mark.parametrize(
    ("text", "passes"),
    [("暂无需求：去年刚换", True), ("No need at present", True), ("其他：暂无需求", False)],
)
def test_what_a_text_begins_with_is_what_was_chosen(text, passes):
    assert matchers.same("begins", text, ["暂无需求", "No need at present"]) is passes
