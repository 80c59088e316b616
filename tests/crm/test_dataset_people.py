"""Nobody in the dataset lives, and no firm of it does business."""

import re
from collections import Counter

import phonenumbers
import pytest

from training_platform.crm.dataset import files, variants
from training_platform.crm.dataset.names import PHONE_PREFIXES, check_letter
from training_platform.crm.rules.keys import company_key

EMAIL = re.compile(r"[\w.+-]+@[\w.-]+")
DIGITS = re.compile(r"(?<!\d)\d{11,18}(?!\d)")
#: Firms that everybody knows, and some that make what this company makes.
# fmt: off
BRANDS = [
    "华为", "海尔", "美的", "格力", "联想", "小米", "比亚迪", "腾讯", "阿里", "百度", "京东",
    "顺丰", "三一", "中联", "徐工", "海康", "大华", "宁德", "隆基", "通威", "伊利", "蒙牛",
    "万科", "茅台", "五粮液", "长虹", "康佳", "创维", "立讯", "歌尔", "汇川", "迈瑞", "恒瑞",
    "安踏", "海底捞", "瑞幸", "讯飞", "用友", "金蝶", "新东方", "德邦", "圆通", "中通", "申通",
    "韵达", "永辉", "苏宁", "国美", "海澜", "红豆", "雅戈尔", "方太", "公牛", "正泰", "德力西",
    "晶科", "天合", "亿纬", "欣旺达", "福耀", "潍柴", "吉利", "奇瑞", "长安", "长城", "东风",
    "上汽", "广汽", "蔚来", "小鹏", "大疆", "晨光", "得力", "西门子", "施耐德", "博世", "斑马",
    "佐藤", "霍尼韦尔", "基恩士", "伟迪捷", "多米诺", "艾利", "新北洋", "佳博", "立象", "得利捷",
]
# fmt: on


@pytest.fixture(scope="module")
def dataset():
    return dict(files.read())


@pytest.fixture(scope="module")
def texts(dataset):
    """Every text of the dataset, own fields and tags included."""
    return [
        str(value)
        for rows in dataset.values()
        for row in rows
        for value in row.values()
        if isinstance(value, (str, list, dict))
    ]


def is_valid(number):
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "CN"))
    except phonenumbers.NumberParseException:
        return False


def test_no_phone_could_be_dialled(dataset):
    numbers = {
        row["mobile"]
        for name in ("customer", "contact", "lead")
        for row in dataset[name]
        if row["mobile"]
    }

    assert len(numbers) > 1200
    assert all(re.fullmatch(r"\d{11}", number) for number in numbers)
    assert set(PHONE_PREFIXES) == {number[:3] for number in numbers}
    assert not any(is_valid(number) for number in numbers)


def test_no_text_holds_a_number_that_could_be_dialled(texts):
    found = {number for text in texts for number in DIGITS.findall(text)}

    assert not any(is_valid(number) for number in found)


def test_every_address_lies_below_a_reserved_name(texts):
    found = {address for text in texts for address in EMAIL.findall(text)}

    assert len(found) > 700
    assert all(address.endswith(".example") for address in found)


def test_no_account_name_could_be_one_of_wechat(dataset):
    accounts = {row["wechat"] for row in dataset["contact"] if row["wechat"]}

    assert all("." in account for account in accounts)


def test_credit_codes_have_right_digits_and_a_region_that_does_not_exist(dataset):
    codes = {row["credit_code"] for row in dataset["customer"] if row["credit_code"]}

    assert len(codes) > 450
    for code in codes:
        assert re.fullmatch(r"91999999[0-9A-HJ-NPQRTUWXY]{10}", code)
        assert check_letter(code[:17]) == code[17]


def test_check_letters_are_those_of_the_standard():
    """The example of GB 32100-2015, annex A."""
    assert check_letter("91350100M000100Y4") == "3"


def test_no_firm_has_the_name_of_one_that_everybody_knows(dataset):
    names = [row["name"] for row in dataset["customer"]]
    names += [row["former_name"] for row in dataset["customer"] if row["former_name"]]
    names += [row["company"] for row in dataset["lead"]]

    assert [name for name in names for brand in BRANDS if brand in name] == []


def test_firms_are_told_apart_but_for_the_planted_twins(dataset):
    found = {}
    for row in dataset["customer"]:
        traits = {company_key(row["name"]), row["mobile"], company_key(row["former_name"] or "")}
        traits -= {"", None}
        cluster = {row["id"]}.union(*(found.get(trait, set()) for trait in traits))
        for trait in traits | {trait for trait, ids in found.items() if ids & cluster}:
            found[trait] = cluster
    clusters = {frozenset(ids) for ids in found.values() if len(ids) > 1}

    assert len(clusters) == variants.CLUSTERS
    assert sum(len(ids) for ids in clusters) == variants.CLUSTERS + variants.ROWS


def test_leads_are_strangers_but_for_the_planted_ones(dataset):
    customers = dataset["customer"]
    keys = {company_key(row["name"]) for row in customers}
    phones = {row["mobile"] for name in ("customer", "contact") for row in dataset[name]}
    fresh = [row for row in dataset["lead"] if row["status"] != "converted"]
    known = [row for row in fresh if company_key(row["company"]) in keys or row["mobile"] in phones]
    counted = Counter(company_key(row["company"]) for row in fresh)

    assert len(known) == 15
    assert max(counted.values()) == 1


def test_people_rarely_share_a_name(dataset):
    counted = Counter(row["name"] for row in dataset["contact"] if row["name"])

    assert counted.most_common(1)[0][1] <= 4
    assert len(counted) > 780
