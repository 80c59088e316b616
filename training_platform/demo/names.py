"""Invented names: common ones, rare characters, surnames of two characters. Pure."""

from collections.abc import Iterator
from random import Random

from training_platform.core.text import pinyin

#: Surnames of two characters, which pinyin() would take apart.
LONG_SURNAMES = {"欧阳": "Ouyang", "司马": "Sima", "上官": "Shangguan", "诸葛": "Zhuge"}
#: Surnames that sound otherwise than the character alone.
READINGS = {"单": "Shan", "曾": "Zeng", "任": "Ren", "解": "Xie", "仇": "Qiu", "查": "Zha"}
#: These come first, so that a small company has them too.
NOTABLE = (
    "司马文博",
    "王䶮",
    "杨堃",
    "谢喆",
    "上官芷晴",
    "贺玥",
    "单昱珩",
    "曾翀",
    "任骁",
    "诸葛念慈",
    "吕犇",
    "查子衿",
)
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪"
    "戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
FIRST = "子文思雨嘉梓宇晓佳一欣浩志俊明诗若雅静丽建国海晨书语清景安承博天昕映知亦沐怀锦秋春立伟玉凤"
SECOND = (
    "涵轩怡然琪瑶杰辰航宁萱妍哲源琳峰悦彤洋博楠晴睿凯颖馨超蕾鹏薇斌婷磊燕华平兰芳强军红霞川野禾岚"
)
SINGLE = "伟敏静磊洋艳勇杰娟涛明超霞平刚玲桂丹萍鑫浩宇琳晨昊岩璐雪倩凯悦莹薇帆琦越"


def latin(name: str) -> str:
    """Return a name in Latin letters, its surname taken as a whole: 欧阳静宜 → Ouyang Jingyi."""
    for surname, reading in (LONG_SURNAMES | READINGS).items():
        if name.startswith(surname):
            given = pinyin("王" + name.removeprefix(surname)).split(" ")[1]
            return f"{reading} {given}"
    return pinyin(name)


def invent_names(rng: Random, taken: set[str]) -> Iterator[str]:
    """Yield names that nobody has yet, without end; the notable ones first."""
    seen = set(taken)
    for name in NOTABLE:
        if name not in seen:
            seen.add(name)
            yield name
    while True:
        surname = rng.choice(SURNAMES)
        is_short = rng.random() < 0.2
        given = rng.choice(SINGLE) if is_short else rng.choice(FIRST) + rng.choice(SECOND)
        if surname + given not in seen:
            seen.add(surname + given)
            yield surname + given


def username_of(name_latin: str, taken: set[str]) -> str:
    """Return a user name made of a Latin name, with a number where somebody has it already."""
    plain = "".join(c for c in name_latin.lower() if c.isascii() and c.isalpha()) or "employee"
    number, found = 1, plain
    while found in taken:
        number += 1
        found = f"{plain}{number}"
    taken.add(found)
    return found
