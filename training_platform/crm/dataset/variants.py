"""The ways in which one firm is written twice: the planted duplicates and their key."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from training_platform.crm.dataset import names
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.people import sellers_of
from training_platform.crm.dataset.working_time import NOW, near

if TYPE_CHECKING:
    from training_platform.crm.dataset.customers import Firm

CLUSTERS = 24
#: Two of the clusters have three members.
ROWS = CLUSTERS + 2


def other_form(name: str) -> str:
    """有限公司 → 有限责任公司, and the other way round."""
    if name.endswith("有限责任公司"):
        return name.removesuffix("有限责任公司") + "有限公司"
    for form in ("集团有限公司", "股份有限公司", "有限公司"):
        if name.endswith(form):
            return name.removesuffix(form) + "有限责任公司"
    return name


def without_form(name: str) -> str:
    """栖川禾澜机械有限公司 → 栖川禾澜机械."""
    for form in ("集团有限公司", "股份有限公司", "有限责任公司", "有限公司"):
        if name.endswith(form):
            return name.removesuffix(form)
    return name


def half_brackets(name: str) -> str:
    """Put brackets, half-width, around the place; add a space where there is none."""
    if "（" in name:
        return name.replace("（", "(").replace("）", ")")
    return f"{name[:2]} {name[2:]}"


def spaced(name: str) -> str:
    """Write the name with full-width blanks, as some forms send it."""
    return f"{name[:4]}\u3000{name[4:]}"


_TRADITIONAL = str.maketrans(
    "机电车饮业环术实医纺链贸粮调织饰网软图务仓应连锁门设备传动数气储内疗复处资书训责团",
    "機電車飲業環術實醫紡鏈貿糧調織飾網軟圖務倉應連鎖門設備傳動數氣儲內療復處資書訓責團",
)


def traditional(name: str) -> str:
    """Write the name with traditional characters."""
    return name.translate(_TRADITIONAL)


#: Kind → how the second name is made; the kinds take turns.
KINDS: Mapping[str, Callable[[str], str]] = {
    "form": other_form,
    "short": without_form,
    "brackets": half_brackets,
    "blank": spaced,
    "traditional": traditional,
    "same_phone": str,
    "former_name": str,
    "exact": str,
}


def plant(firms: list["Firm"], twins: list[int]) -> None:
    """Make each twin a second record of another customer."""
    originals = [firm for firm in firms if firm.scale in {"key", "regular"} and firm.row["mobile"]]
    originals = [firm for firm in originals if firm.row["retention"] == "active"]
    ranked = sorted(originals, key=lambda firm: Dice("twin", firm.ident).share())
    for number, twin in enumerate(twins):
        original = ranked[number % CLUSTERS]
        _make_twin(original, firms[twin - 1], list(KINDS)[number % len(KINDS)])


def _make_twin(original: "Firm", twin: "Firm", kind: str) -> None:
    dice = Dice("make_twin", twin.ident)
    theirs, own = original.row, twin.row
    twin.own = original.own
    own["industry"], own["city"] = theirs["industry"], theirs["city"]
    own["province"], own["region"] = theirs["province"], theirs["region"]
    own["name"] = KINDS[kind](theirs["name"])
    own["credit_code"] = theirs["credit_code"] if dice.chance(0.3) else None
    own["owner_id"] = dice.pick(sellers_of(theirs["region"], "seller"))
    own["created_at"] = own["updated_at"] = near(
        dice, theirs["created_at"] + (NOW - theirs["created_at"]) * dice.between(0.3, 0.95)
    )
    if kind == "same_phone":
        own["name"] = names.firm(dice, names.brand(dice), theirs["industry"], theirs["city"])
    if kind == "former_name":
        own["name"] = names.firm(dice, names.brand(dice), theirs["industry"], theirs["city"])
        theirs["former_name"] = own["name"]
    if kind in {"same_phone", "exact"} or dice.chance(0.4):
        own["mobile"] = theirs["mobile"]
    if dice.chance(0.5):
        own["contact_name"], own["contact_title"] = theirs["contact_name"], theirs["contact_title"]
    own["email"] = theirs["email"] if dice.chance(0.4) else None
