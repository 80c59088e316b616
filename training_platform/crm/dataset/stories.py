"""Filling the slots of texts: what is talked about, with whom, in which words."""

from datetime import date, timedelta

from training_platform.crm.dataset import names
from training_platform.crm.dataset.customers import Firm
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.products import PRODUCTS
from training_platform.crm.dataset.texts import ACTIVITY_TEXTS
from training_platform.crm.dataset.world import Row
from training_platform.crm.rules.calendar import working_day_from

_WEEKDAYS = "一二三四五"
_LINES_OF_TALK = ("equipment", "equipment", "consumable")


def short(product: str) -> str:
    """Return how people speak of a product: without size and model."""
    words = product.split("（", maxsplit=1)[0].split(" ")
    return " ".join(word for word in words[:2] if not any(letter.isdigit() for letter in word))


class Slots:
    """Values for the slots of one text, drawn once."""

    def __init__(self, dice: Dice, day: date, firm: Firm | None = None) -> None:
        later = working_day_from(day + timedelta(days=dice.whole(3, 12)))
        line = dice.pick(_LINES_OF_TALK)
        product = dice.pick([each for each in PRODUCTS if each.line == line and each.is_active])
        self.values = {
            "product": short(product.name),
            "weekday": f"周{dice.pick(_WEEKDAYS)}",
            "date": f"{later.month}月{later.day}日",
            "n": str(dice.whole(2, 6)),
            "qty": f"{dice.whole(2, 60) * 10} 卷",
            "price": f"{dice.whole(3, 68)} 万元",
            "rival": dice.pick(ACTIVITY_TEXTS["rivals"]),
        }
        if firm is not None:
            contact = dice.pick(firm.contacts)
            self.about(firm.own, contact["name"], contact["title"], firm.row["city"])
            self.contact_id = contact["id"]

    def about(self, own: str, name: str | None, title: str | None, city: str | None) -> None:
        """Say about whom the text is."""
        self.values |= {
            "own": own,
            "who": names.polite(name, title) if name else "对方",
            "city": city or "客户",
        }

    def about_product(self, name: str) -> None:
        """Say what it is about."""
        self.values["product"] = short(name)

    def fill(self, text: str) -> str:
        """Return a text with its slots filled."""
        return text.format(**self.values)


def tell(dice: Dice, kind: str, slots: Slots) -> Row:
    """Return subject, summary, reaction and next step of a follow-up."""
    subject, summary, reaction, next_step = dice.pick(ACTIVITY_TEXTS[kind])
    if dice.chance(0.16):
        summary += dice.pick(_ADDITIONS)
    return {
        "subject": slots.fill(subject),
        "summary": slots.fill(summary),
        "reaction": slots.fill(reaction) if dice.chance(0.9) else None,
        "next_step": slots.fill(next_step) if dice.chance(0.93) else None,
    }


_ADDITIONS = (
    "对方强调交货要准时。",
    "另外提到旺季前要完成。",
    "中间转接了一次，记下了分机号。",
    "发票信息稍后发来。",
    "对方希望以后用微信联系。",
    "现场有些嘈杂，通话不长。",
    "顺便问了培训的安排。",
    "同事也一起参加了沟通。",
    "对方下周出差，不便接电话。",
    "提到去年合作过一次，印象还好。",
)
