"""Invented firms, people, phones and addresses: natural to read, and nobody's.

Phones take prefixes that no operator has; e-mail hosts end in .example; credit codes name a
region that does not exist; places in firms' names are on no map.
"""

from collections.abc import Mapping

from training_platform.crm.dataset.dice import Dice

#: Eleven digits, and yet no number that could be dialled.
PHONE_PREFIXES = ("154", "160", "163", "164", "168", "169", "179", "194")

_FIRST = (
    "衡heng 禾he 砚yan 岑cen 霁ji 昀yun 珩heng 澄cheng 沐mu 棠tang 峪yu 笙sheng 煦xu 皓hao 璟jing "
    "砺li 栎li 翊yi 淳chun 骁xiao 晏yan 柏bai 钧jun "
    "熠yi 斐fei 弘hong 稷ji 陌mo 颐yi 瀚han 韬tao 樾yue"
)
_SECOND = (
    "澜lan 屿yu 川chuan 屹yi 铭ming 朔shuo 维wei 垣yuan 迈mai 驰chi 辰chen 骐qi 畅chang 桥qiao "
    "硕shuo 展zhan 图tu 构gou 联lian 锐rui 轲ke 恒heng "
    "源yuan 茂mao 济ji 途tu 泽ze 舟zhou 谷gu 朗lang"
)
_SURNAMES = (
    "王wang9 李li9 张zhang8 刘liu7 陈chen7 杨yang5 "
    "赵zhao4 黄huang4 周zhou4 吴wu4 徐xu3 孙sun3 胡hu3 "
    "朱zhu3 高gao2 林lin3 何he3 郭guo2 马ma2 "
    "罗luo2 梁liang2 宋song2 郑zheng2 谢xie2 韩han2 唐tang2 "
    "冯feng2 于yu1 董dong1 萧xiao1 程cheng2 曹cao1 "
    "袁yuan1 邓deng2 许xu2 傅fu1 沈shen2 彭peng2 吕lv1 "
    "苏su1 卢lu1 蒋jiang2 蔡cai2 贾jia1 丁ding1 魏wei1 "
    "薛xue1 叶ye2 阎yan1 余yu1 潘pan1 杜du1 戴dai1 "
    "夏xia1 钟zhong1 汪wang1 田tian1 任ren1 姜jiang1 范fan1 方fang2 石shi1 姚yao1 谭tan1 廖liao1 "
    "邹zou1 熊xiong1 金jin1 陆lu2 郝hao1 孔kong1 "
    "白bai1 崔cui1 康kang1 毛mao1 邱qiu1 秦qin1 江jiang1 "
    "史shi1 顾gu2 侯hou1 邵shao1 孟meng1 龙long1 万wan1 段duan1 雷lei1 钱qian1 汤tang1 尹yin1 黎li1"
)
_GIVEN = (
    "文wen 思si 嘉jia 梓zi 晓xiao 佳jia 一yi 志zhi "
    "俊jun 明ming 若ruo 雅ya 静jing 丽li 建jian 国guo "
    "海hai 晨chen 书shu 清qing 景jing 承cheng 天tian "
    "映ying 亦yi 怀huai 锦jin 秋qiu 春chun 立li 玉yu "
    "凤feng 宏hong 永yong 振zhen 德de 少shao 家jia 庆qing 新xin 东dong 桂gui 素su 惠hui 秀xiu 美mei"
)
_GIVEN_END = (
    "然ran 琪qi 杰jie 航hang 宁ning 妍yan 哲zhe 琳lin 峰feng 悦yue 洋yang 博bo 楠nan 睿rui 凯kai "
    "超chao 鹏peng 斌bin 婷ting 磊lei 燕yan 华hua 平ping 兰lan 芳fang 强qiang 军jun 红hong 霞xia "
    "林lin 生sheng 荣rong 勇yong 辉hui 敏min 涛tao 娟juan 英ying 波bo 刚gang 贤xian 珍zhen 雄xiong"
)
#: Names of well-known people and firms that the syllables could make by chance.
_REFUSED_NAMES = frozenset({"李宁", "马云", "刘强东", "王志文", "李娟", "张杰", "周杰", "任天然"})
_REFUSED_BRANDS = frozenset(
    {"沐川", "恒源", "弘源", "瀚川", "柏川", "禾川", "霁川", "颐恒", "淳源"}
)

#: City → province, sales region's weight inside it, and the invented place in firms' names.
CITIES: Mapping[str, tuple[str, int, str]] = {
    "上海": ("shanghai", 9, "临屿"),
    "苏州": ("jiangsu", 8, "栖川"),
    "无锡": ("jiangsu", 5, "槐浦"),
    "常州": ("jiangsu", 4, "芦泾"),
    "南通": ("jiangsu", 3, "雁泽"),
    "杭州": ("zhejiang", 6, "云岑"),
    "宁波": ("zhejiang", 5, "石浔"),
    "嘉兴": ("zhejiang", 3, "菱泽"),
    "青岛": ("shandong", 4, "澄屿"),
    "济南": ("shandong", 3, "望垣"),
    "深圳": ("guangdong", 8, "岚浦"),
    "东莞": ("guangdong", 6, "荻川"),
    "佛山": ("guangdong", 5, "松澜"),
    "广州": ("guangdong", 6, "青芷"),
    "厦门": ("fujian", 4, "汐州"),
    "泉州": ("fujian", 3, "珂州"),
    "长沙": ("hunan", 4, "枫浔"),
    "武汉": ("hubei", 5, "梧浦"),
    "北京": ("beijing", 7, "霁州"),
    "天津": ("tianjin", 6, "苇川"),
    "石家庄": ("hebei", 4, "柘川"),
    "唐山": ("hebei", 3, "白洺"),
    "沈阳": ("liaoning", 4, "桐屿"),
    "大连": ("liaoning", 4, "漪州"),
    "成都": ("sichuan", 8, "楠川"),
    "绵阳": ("sichuan", 3, "茗川"),
    "重庆": ("chongqing", 7, "榆泽"),
    "西安": ("shaanxi", 6, "砚州"),
    "宝鸡": ("shaanxi", 2, "骊屿"),
    "昆明": ("yunnan", 4, "芝川"),
}
TRADES: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "machinery": (13, ("精密机械", "机械制造", "传动设备", "数控设备", "泵阀制造", "自动化设备")),
    "electronics": (12, ("电子科技", "电子元件", "光电科技", "电路技术", "连接器")),
    "chemicals": (6, ("化工", "新材料", "涂料", "精细化工", "胶粘制品")),
    "food": (11, ("食品", "饮料", "调味品", "粮油", "烘焙食品", "乳品")),
    "textiles": (5, ("纺织", "服饰", "针织", "家纺", "印染")),
    "building_materials": (5, ("建材", "管业", "门窗", "陶瓷制品", "防水材料")),
    "automotive": (8, ("汽车零部件", "汽车配件", "车身部件", "汽车内饰")),
    "medical": (8, ("医疗器械", "医疗科技", "康复器材", "医用耗材")),
    "energy": (5, ("新能源", "储能科技", "电气", "光伏科技")),
    "logistics": (9, ("物流", "供应链管理", "仓储", "冷链物流")),
    "retail": (6, ("商贸", "连锁超市", "百货", "便利店管理")),
    "hospitality": (3, ("酒店管理", "餐饮管理", "餐饮服务")),
    "software": (3, ("软件", "信息技术", "网络科技")),
    "education": (2, ("教育科技", "职业培训", "图书发行")),
    "environment": (4, ("环保科技", "环境工程", "水处理", "再生资源")),
}
_LEGAL_FORMS = {"有限公司": 80.0, "股份有限公司": 9.0, "有限责任公司": 6.0, "集团有限公司": 5.0}
TITLES: Mapping[str, tuple[str, ...]] = {
    "decision_maker": ("总经理", "副总经理", "厂长", "运营总监", "采购总监"),
    "buyer": ("采购经理", "采购主管", "采购专员", "供应链经理"),
    "user": ("生产经理", "车间主任", "仓储主管", "设备主管", "包装工程师"),
    "influencer": ("质量经理", "工艺工程师", "信息化主管", "行政经理", "财务经理"),
}


def _readings(text: str) -> dict[str, str]:
    return {part[0]: part[1:].rstrip("0123456789") for part in text.split()}


_SURNAME_WEIGHTS = {part[0]: float(part[-1]) for part in _SURNAMES.split()}
_LATIN = _readings(f"{_FIRST} {_SECOND} {_SURNAMES} {_GIVEN} {_GIVEN_END}")
_FIRST_SYLLABLES = tuple(_readings(_FIRST))
_SECOND_SYLLABLES = tuple(_readings(_SECOND))
_GIVEN_FIRST = tuple(_readings(_GIVEN))
_GIVEN_LAST = tuple(_readings(_GIVEN_END))


def latin(text: str) -> str:
    """Return an invented name in small Latin letters."""
    return "".join(_LATIN.get(letter, "") for letter in text)


def brand(dice: Dice) -> str:
    """Return a firm's own word of two syllables."""
    while True:
        found = dice.pick(_FIRST_SYLLABLES) + dice.pick(_SECOND_SYLLABLES)
        if found not in _REFUSED_BRANDS and latin(found[0]) != latin(found[1]):
            return found


def firm(dice: Dice, own: str, industry: str, city: str) -> str:
    """Return a firm's name around its own word: 栖川禾澜精密机械有限公司."""
    place = CITIES[city][2]
    trade = dice.pick(TRADES[industry][1])
    form = dice.weighted(_LEGAL_FORMS)
    look = dice.weighted({"place": 0.55, "plain": 0.33, "brackets": 0.12})
    if look == "place":
        return f"{place}{own}{trade}{form}"
    return f"{own}（{place}）{trade}{form}" if look == "brackets" else f"{own}{trade}{form}"


def person(dice: Dice) -> str:
    """Return a person's name: one in six has a given name of one character."""
    while True:
        surname = dice.weighted(_SURNAME_WEIGHTS)
        first = "" if dice.chance(0.17) else dice.pick(_GIVEN_FIRST)
        name = surname + first + dice.pick(_GIVEN_LAST)
        if name not in _REFUSED_NAMES and len(set(name)) == len(name):
            return name


def job(dice: Dice, role: str | None = None) -> tuple[str, str]:
    """Return a role in buying and a position that fits it."""
    found = role or dice.weighted(
        {"decision_maker": 0.22, "buyer": 0.4, "user": 0.26, "influencer": 0.12}
    )
    return found, dice.pick(TITLES[found])


def polite(name: str, title: str | None) -> str:
    """Return how one speaks of a person: 王经理, 李厂长, 陈工."""
    for ending in ("总经理", "总监", "经理", "主任", "厂长", "主管"):
        if title and title.endswith(ending):
            short = {"总经理": "总", "总监": "总监", "主管": "主管"}.get(ending, ending)
            return f"{name[0]}{short}"
    return f"{name[0]}工" if title and title.endswith("工程师") else name


def phone(dice: Dice, taken: set[str]) -> str:
    """Return a number that nobody has, here or anywhere."""
    while True:
        found = dice.pick(PHONE_PREFIXES) + f"{dice.whole(0, 99_999_999):08d}"
        if found not in taken:
            taken.add(found)
            return found


def host(own: str, industry: str) -> str:
    """Return the host of a firm's addresses."""
    return f"{latin(own)}-{industry.split('_', maxsplit=1)[0]}.example"


def email(name: str, at: str) -> str:
    """Return a person's address at a host."""
    return f"{latin(name)}@{at}"


def wechat(name: str, own: str) -> str:
    """Return an account name with a full stop, which WeChat does not allow."""
    return f"{latin(name)}.{latin(own)}"


_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(dice: Dice) -> str:
    """Return a unified social credit code: right check digits, region 999999 (there is none)."""
    body = "MA" + "".join(dice.pick(_ALPHABET) for _number in range(6))
    values = ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) for letter in body)
    rest = (
        11 - sum(value * weight for value, weight in zip(values, _BODY_WEIGHTS, strict=True)) % 11
    )
    head = "91999999" + body + {10: "X", 11: "0"}.get(rest, str(rest))
    return head + check_letter(head)


def check_letter(head: str) -> str:
    """Return the last letter of a credit code (GB 32100)."""
    total = sum(_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(head))
    return _ALPHABET[-total % 31]
