"""Questions that can be guessed, or deny twice, are pointed out; few shipped ones are."""

import pytest

from tests.studio.test_questions_values import FILES, read
from training_platform.studio.questions.warnings import (
    denied_twice,
    given_away,
    is_longest,
    likeness,
    untranslated,
    warnings_of,
)


@pytest.mark.parametrize(
    ("stem", "language", "words"),
    [
        ("下面哪一项不是不应该做的？", "zh", "下面哪一项不是不应该做的"),
        ("客户没有说不满意时，该怎么办？", "zh", ""),  # 不满 denies nothing by itself
        ("没有回访就不能结案，对吗？", "zh", "没有回访就不能结案"),
        ("是不是每次都要写备注？", "zh", ""),
        ("不同的客户不要用同一封信，为什么？", "zh", ""),
        ("客户不在，没有人接电话。怎么办？", "zh", ""),
        (
            "Which of these is not something you should never do?",
            "en",
            "Which of these is not something you should never do",
        ),
        ("It is not only quick. What else? No hurry.", "en", ""),
        ("You don't call without a note. Why?", "en", "You don't call without a note"),
    ],
)
def test_a_stem_that_denies_twice_is_named(stem, language, words):
    assert denied_twice(stem, language) == words


def test_the_longest_answer_is_seen_only_where_it_stands_out():
    long, short = "先核对身份，再登记，最后告诉客户几天内会有答复", "挂电话"
    assert is_longest([long], [short, "转给同事", "不理"], "zh")
    assert not is_longest([long], [short, long[:-3]], "zh")
    assert not is_longest([short], ["好"], "zh")
    assert not is_longest([long, short], ["好的"], "zh")
    assert not is_longest([], [short], "zh")


def test_words_that_give_the_answer_away():
    assert given_away("怎样做好客户回访记录？", "写好客户回访记录", ["打电话", "发邮件"])
    assert not given_away(
        "怎样做好客户回访记录？", "写好客户回访记录", ["不必做好客户回访记录", "不做"]
    )
    assert (
        given_away("What is a referral?", "A referral from a friend", ["A gift", "A call"])
        == "referral"
    )
    assert not given_away("What is a deal?", "A big deal", ["A gift"])


def test_what_lacks_its_translation_is_named():
    value = {
        "skills": ["listening"],
        "stem": {"zh": "谁先说？", "en": ""},
        "explanation": {"zh": "", "en": "The customer."},
        "accepted": {"zh": ["甲"], "en": []},
        "options": [{"text": {"zh": "CRM 365", "en": "CRM 365"}}, {"text": {"zh": "", "en": ""}}],
    }
    assert [(each.language, each.words) for each in untranslated(value)] == [
        ("zh", "The customer."),
        ("en", "谁先说？"),
    ]
    copied = {"zh": "Whoever called speaks first here", "en": "Whoever called speaks first here"}
    assert [each.language for each in untranslated({"stem": copied})] == ["zh"]
    assert [each.language for each in untranslated([{"zh": "谁先说？", "en": "谁先说？"}])] == [
        "en"
    ]
    assert not any(untranslated(read(path)) for path in FILES)


def test_alike_stems():
    assert likeness("客户换了手机号，该改哪里？", "客户换了手机号码，应该改哪里？") > 0.6
    assert likeness("客户换了手机号，该改哪里？", "谁可以合并两个客户？") < 0.3
    assert likeness("", "") == 0


def test_few_of_the_shipped_questions_are_pointed_out():
    """A warning that always stands there is read by nobody."""
    found = [warnings_of(read(path)) for path in FILES]
    pointed_out = sum(bool(each) for each in found)

    assert pointed_out <= len(FILES) // 8
