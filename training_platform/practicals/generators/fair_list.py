"""The list of a trade fair as it comes: broken cells, rows that stand twice, known firms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from training_platform.crm.choices import INDUSTRIES
from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Handout, generator
from training_platform.practicals.generators.firms import NewFirms, as_customer
from training_platform.practicals.generators.lookalikes import Crowd, Row, loners
from training_platform.practicals.generators.moments import plain, shown, working
from training_platform.practicals.generators.texts import in_both

FILE = "包装展名单.csv"
#: The columns of the file, and the fields of a customer. The CRM does not know the last heading.
COLUMNS = {
    "公司名称": "name",
    "联系人": "contact_name",
    "职务": "contact_title",
    "手机号": "mobile",
    "电子邮箱": "email",
    "行业": "industry",
    "城市": "city",
    "需求": "needs",
    "回访约定": "next_follow_up_at",
}
#: What people write where a list has another word for it.
_TRADES = {
    "machinery": "机加工",
    "electronics": "电子元器件厂",
    "chemicals": "化工原料",
    "food": "食品厂",
    "textiles": "服装纺织",
    "building_materials": "装修建材",
    "automotive": "汽配",
    "medical": "医械",
    "energy": "光伏储能",
    "logistics": "货运仓储",
    "retail": "超市零售",
    "hospitality": "酒店餐饮",
    "software": "软件开发",
    "education": "培训学校",
    "environment": "环保治理",
}
_HEADINGS = ({"zh": "公司名称", "en": "Firm"}, {"zh": "职务", "en": "Position"})
_MISTYPED = {"0": "O", "1": "l"}
#: Of a file of rows, the first stands on line 2.
_FIRST_LINE = 2


@dataclass
class Line:
    """One row of the file: what it should say, and what its broken cell says instead."""

    firm: Mapping[str, Any]
    broken: dict[str, str] = field(default_factory=dict)


@generator
def fair_list(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Draw the list of a fair as a file in GB18030.

    Options: rows (new firms), and of them so many with a broken cell: mobile, contact_title,
    industry, next_follow_up_at; twice (rows that stand there twice), known (the seller's customers
    with a new e-mail address), shared (new firms with the number of a customer: their buyer is
    one), needs (texts). The key: clean (the new firms), shared (names), known, mends (cells of
    the trial run), updates and creations (choices for rows that repeat a record).
    """
    firms = NewFirms(dice, baseline)
    own = dice.sample(
        list(loners(baseline, Crowd(baseline), seller)), options["known"] + options["shared"]
    )
    known, sharing = own[: options["known"]], own[options["known"] :]
    fresh = [Line(_new(dice, firms, options)) for _number in range(options["rows"])]
    _break(dice, fresh, options)
    shared = [Line(_new(dice, firms, options) | {"mobile": row["mobile"]}) for row in sharing]
    renewed = [Line(_renewed(dice, row, options)) for row in known]
    # only whole rows stand twice: a broken one would be mended in one place and left in the other
    whole = [line for line in fresh if not line.broken]
    again = [Line(line.firm) for line in dice.sample(whole, options["twice"])]
    lines = dice.sample([*fresh, *shared, *renewed], len(fresh) + len(shared) + len(renewed))
    lines += again  # whoever walked past the stand once more came late
    untitled = [each for each in fresh if "contact_title" in each.broken]
    return Drawn(
        params={
            "rows": len(lines),
            "file": FILE,
            "later": shown(_later()),
            "titles": {
                "table": {
                    "columns": list(_HEADINGS),
                    "rows": [[each.firm["name"], each.firm["contact_title"]] for each in untitled],
                }
            },
        },
        key={
            "clean": [_wanted(each.firm) for each in (*fresh, *shared)],
            "shared": [each.firm["name"] for each in shared],
            "known": [
                {"id": row["id"], "email": each.firm["email"]}
                for row, each in zip(known, renewed, strict=True)
            ],
            "known_ids": [row["id"] for row in known],
            "mends": _mends(lines),
            "updates": _choices(lines, renewed, "update"),
            "creations": _choices(lines, shared, "create")
            | {"reason": "号码是老客户采购的，公司另有执照"},
        },
        handouts=[Handout(FILE, [list(COLUMNS), *map(_cells, lines)], "gb18030")],
    )


def _new(dice: Dice, firms: NewFirms, options: Mapping[str, Any]) -> dict[str, Any]:
    more = {"needs": dice.pick(options["needs"]), "next_follow_up_at": _appointment(dice)}
    return as_customer(firms.draw()) | more


def _renewed(dice: Dice, row: Row, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a customer as the fair met it: only the address is a new one."""
    head, _at, host = row["email"].partition("@")
    same = {name: row[name] for name in COLUMNS.values()}
    more = {"needs": dice.pick(options["needs"]), "next_follow_up_at": _appointment(dice)}
    return same | more | {"email": f"{head}.{dice.whole(2, 99)}@{host}"}


def _break(dice: Dice, lines: Sequence[Line], options: Mapping[str, Any]) -> None:
    """Spoil one cell of some lines, so that what is right can still be known."""
    broken = {
        "mobile": lambda line: _mistype(dice, line.firm["mobile"]),
        "contact_title": lambda _line: "",
        "industry": lambda line: _TRADES[line.firm["industry"]],
        "next_follow_up_at": lambda _line: dice.pick(("待定", "再约", "到时电话联系")),
    }
    kinds: list[tuple[str, Callable[[Line], str]]] = [
        (name, spoil) for name, spoil in broken.items() for _number in range(options[name])
    ]
    for line, (name, spoil) in zip(dice.sample(lines, len(kinds)), kinds, strict=True):
        line.broken[name] = spoil(line)
        if name == "next_follow_up_at":
            line.firm = {**line.firm, name: plain(_later())}


def _mistype(dice: Dice, mobile: str) -> str:
    """Write a number so that the right one can be read, and none that the CRM takes."""
    letters = "".join(_MISTYPED.get(digit, digit) for digit in mobile[1:])
    told = (f"手机{mobile}", f"{mobile}（微信同号）", f"{mobile[0]}{letters}", f"{mobile}/座机无")
    return dice.pick(told) if letters != mobile[1:] else told[0]


def _later() -> datetime:
    """Return the day for those who named none."""
    return working(10, 10)


def _appointment(dice: Dice) -> str:
    return plain(working(dice.whole(2, 9), dice.pick((9, 10, 11, 14, 15, 16)), dice.pick((0, 30))))


def _cells(line: Line) -> list[str]:
    return [line.broken.get(name, _cell(line.firm, name)) for name in COLUMNS.values()]


def _cell(firm: Mapping[str, Any], name: str) -> str:
    """Return what a cell should say."""
    if name == "industry":
        return in_both(INDUSTRIES[firm[name]])["zh"]
    if name == "next_follow_up_at":
        return shown(datetime.fromisoformat(firm[name]))
    return str(firm[name])


def _wanted(firm: Mapping[str, Any]) -> dict[str, Any]:
    return {name: firm[name] for name in COLUMNS.values()}


def _mends(lines: Sequence[Line]) -> dict[str, str]:
    """Return the cells of the trial run that are mended, as its form names them."""
    return {
        f"cell:{number}:{name}": _cell(line.firm, name)
        for number, line in enumerate(lines, _FIRST_LINE)
        for name in line.broken
    }


def _choices(lines: Sequence[Line], chosen: Iterable[Line], what: str) -> dict[str, str]:
    wanted = [id(each) for each in chosen]
    return {
        f"row:{number}": what
        for number, line in enumerate(lines, _FIRST_LINE)
        if id(line) in wanted
    }
