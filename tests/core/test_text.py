"""Text as it is stored, compared, shown to strangers and counted."""

from pathlib import Path

import opencc
import pytest

from training_platform.core.text import (
    fold,
    like_pattern,
    mask_name,
    network_of,
    nfc,
    pinyin,
    simplified,
    whole_number,
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [("e\u0301", "é"), ("a\r\nb\rc", "a\nb\nc"), ("ｆｕｌｌ", "ｆｕｌｌ"), ("", "")],
)
def test_text_is_stored_in_one_form(text, stored):
    assert nfc(text) == stored


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("客戶關係", "客户关系"),
        ("ＣＲＭ　培训", "crm 培训"),
        ("  a \t b\n", "A B"),
        ("Straße", "STRASSE"),
        ("①", "1"),
    ],
)
def test_texts_that_mean_the_same_are_equal_when_folded(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("客户", "客服"), ("0", "O"), ("王小满", "王小曼")])
def test_texts_that_differ_stay_different(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小满", "王*"),
        (" 欧阳静 ", "欧*"),
        ("Ada", "A*"),
        ("", "*"),
        ("  ", "*"),
        ("𠮷田", "𠮷*"),
    ],
)
def test_strangers_see_one_character_of_a_name(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", None),
        ("203.0.113.7, 10.0.0.1", None),
        ("", None),
        (None, None),
    ],
)
def test_only_the_network_of_an_address_is_kept(address, network):
    assert network_of(address) == network


def test_wildcards_in_a_search_mean_themselves():
    assert like_pattern("100%_\\") == "%100\\%\\_\\\\%"


def test_names_in_latin_letters():
    assert pinyin("王小满") == "Wang Xiaoman"
    assert pinyin("Ada") == "Ada"


def test_no_word_of_the_converter_is_missed():
    """Texts without a traditional character are not converted: no word list knows better."""
    converter = opencc.OpenCC("t2s")
    words = Path(opencc.__file__).parent / "dictionary" / "TSPhrases.txt"
    for line in words.read_text(encoding="utf-8").splitlines():
        word = line.split("\t")[0]
        assert simplified(word) == converter.convert(word)


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("0", 0), ("", None), ("-1", None), ("²", None), ("１２", None), ("9" * 10, None)],
)
def test_only_plain_digits_of_a_bearable_length_are_a_number(text, number):
    assert whole_number(text) == number
