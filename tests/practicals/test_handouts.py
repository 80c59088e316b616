"""What a task shows and gives: places of a brief, and files as people get them."""

import pytest

from training_platform.practicals.drawing import Handout, brief_faults
from training_platform.practicals.handouts import UnknownHandoutError, content_of, named

PARAMS = {
    "count": 8,
    "firm": {"zh": "禾澜", "en": "Helan"},
    "cards": {"cards": []},
    "odd": ["a", "b"],
}


@pytest.mark.parametrize(
    ("brief", "faults"),
    [
        ("{count} 张名片\n\n{cards}\n", []),
        ("请 {firm} 过目", []),
        ("{total} 张", ["{total} was not drawn"]),
        ("见 {cards} 一栏", ["{cards} does not stand alone on its line"]),
        ("{odd}", ["{odd} is neither a text nor cards, a table or letters"]),
    ],
)
def test_every_place_of_a_brief_can_be_put_in(brief, faults):
    assert list(brief_faults(brief, PARAMS)) == faults


def test_a_list_is_given_as_a_spreadsheet_writes_it_in_its_old_encoding():
    given = Handout("名单.csv", [["公司名称", "手机"], ["禾澜,二厂", "16000000001"]], "gb18030")

    assert content_of(given).decode("gb18030") == '公司名称,手机\r\n"禾澜,二厂",16000000001\r\n'
    assert named([given], "名单.csv") is given
    with pytest.raises(UnknownHandoutError):
        named([given], "别的.csv")
