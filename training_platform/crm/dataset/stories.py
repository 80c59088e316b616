"""Filling the slots of texts: what is talked about, with whom, in which words."""

from datetime import date, timedelta

from training_platform.crm.dataset import names
from training_platform.crm.dataset.customers import Firm
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.products import PRODUCTS, Product
from training_platform.crm.dataset.texts import ACTIVITY_TEXTS
from training_platform.crm.dataset.world import Row
from training_platform.crm.rules.calendar import working_day_from

_WEEKDAYS = "一二三四五"
_MACHINES = [each for each in PRODUCTS if each.line == "equipment" and each.is_active]
_GOODS = [each for each in PRODUCTS if each.unit == "卷"]
_PARTS = [each for each in PRODUCTS if each.line == "spare_part"]
_WEAKNESSES = ("报修入口不好找", "交期偶尔推迟", "开票慢", "夜间没有人接电话", "备件价格偏高")
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
            "goods": short(dice.pick(_GOODS).name),
            "machine": short(dice.pick(_MACHINES).name),
            "weekday": f"周{dice.pick(_WEEKDAYS)}",
            "date": f"{later.month}月{later.day}日",
            "n": str(dice.whole(2, 6)),
            "qty": f"{dice.whole(2, 60) * 10} 卷",
            "price": f"{dice.whole(3, 68)} 万元",
            "rival": dice.pick(ACTIVITY_TEXTS["rivals"]),
            "part": short(dice.pick(_PARTS).name),
            "month": str((day.month - 2) % 12 + 1),
            "sum": str(dice.whole(210, 9800)),
            "score": str(dice.whole(7, 9)),
            "weak": dice.pick(_WEAKNESSES),
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

    def about_product(self, product: Product) -> None:
        """Say what it is about."""
        self.values["product"] = short(product.name)
        if product.line == "equipment":
            self.values["machine"] = short(product.name)

    def fill(self, text: str) -> str:
        """Return a text with its slots filled."""
        return text.format(**self.values)


def tell(dice: Dice, kind: str, slots: Slots) -> Row:
    """Return how, and in which words, a follow-up was written down."""
    subject, summary, reaction, next_step = dice.pick(ACTIVITY_TEXTS[kind])
    method = _method(dice, subject)
    minutes = dice.whole(*_MINUTES[method])
    is_reached = not any(clue in subject for clue in ("未接", "无人", "未再"))
    if is_reached and dice.chance(0.3):
        summary += dice.pick(_ADDITIONS[method])
    if is_reached and dice.chance(0.12) and method in _OPENINGS:
        summary = _OPENINGS[method].format(minutes=minutes) + summary
    return {
        "method": method,
        "subject": slots.fill(subject),
        "summary": slots.fill(summary),
        "reaction": slots.fill(reaction) if dice.chance(0.9) else None,
        "next_step": slots.fill(next_step) if dice.chance(0.93) else None,
        "duration_minutes": minutes,
    }


_ADDITIONS = {
    "call": (
        "对方强调交货要准时。",
        "中间转接了一次，记下了分机号。",
        "对方希望以后用微信联系。",
        "对方下周出差，不便接电话。",
        "通话中有些嘈杂，要点另发了短信。",
        "顺带核对了收货地址。",
        "对方问了公司的资质文件。",
        "提到去年合作过一次，印象还好。",
    ),
    "visit": (
        "顺便看了仓库的标签存放。",
        "现场拍了照片，已存入资料。",
        "同事也一起参加了沟通。",
        "提到旺季前要完成。",
        "顺便问了培训的安排。",
    ),
    "online_meeting": ("会议有录音，纪要稍后整理。", "对方有四人参加。", "提到旺季前要完成。"),
    "email": ("附件为最新版本。", "同时抄送了对方财务。", "发票信息稍后发来。"),
    "wechat": ("对方回复较快。", "发了现场小视频。", "同时拉了工程师进群。", "发票信息稍后发来。"),
}
_OPENINGS = {
    "call": "通话 {minutes} 分钟。",
    "visit": "到现场 {minutes} 分钟。",
    "online_meeting": "会议 {minutes} 分钟。",
}
_MINUTES = {
    "call": (3, 25),
    "visit": (40, 150),
    "online_meeting": (20, 75),
    "email": (5, 15),
    "wechat": (3, 20),
}
#: Words of a subject that say how it was done; the first that fits.
_CLUES = {
    "wechat": ("微信",),
    "call": (
        "电话",
        "致电",
        "来电",
        "未接",
        "无人",
        "首次",
        "回访",
        "留言",
        "咨询",
        "邀请",
        "约见",
    ),
    "visit": ("拜访", "现场", "参观", "面谈", "签约", "初访", "调研会"),
    "online_meeting": ("会议", "线上", "演示", "讲解"),
    "email": ("发送", "提交", "邮件", "关怀", "修改报价", "补充"),
}
_OTHERWISE = {"call": 0.58, "wechat": 0.24, "visit": 0.18}


def _method(dice: Dice, subject: str) -> str:
    """Return how it was done: as the subject says, or in any way."""
    for method, clues in _CLUES.items():
        if any(clue in subject for clue in clues):
            return method
    return dice.weighted(_OTHERWISE)
