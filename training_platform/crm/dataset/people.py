"""The twenty sellers of the dataset, in four regional teams; the trainee plays the first."""

from datetime import datetime

from training_platform.crm.dataset.world import World
from training_platform.crm.rules.calendar import CHINA

DOMAIN = "yunxiu-mark.example"
_EXPORT_LIMITS = {"seller": 100, "senior_agent": 200, "team_lead": 500, "director": 2000}
_CAPACITIES = {"seller": 40, "senior_agent": 20, "team_lead": 15, "director": 5}
DIRECTOR = 15
#: Id, name, name in Latin letters, role, team.
SELLERS = (
    (1, "林小满", "Lin Xiaoman", "seller", "east"),
    (2, "顾怀远", "Gu Huaiyuan", "team_lead", "east"),
    (3, "沈静宜", "Shen Jingyi", "senior_agent", "east"),
    (4, "陆子谦", "Lu Ziqian", "seller", "east"),
    (5, "苏若彤", "Su Ruotong", "seller", "east"),
    (6, "陈柏霖", "Chen Bailin", "team_lead", "south"),
    (7, "黄嘉敏", "Huang Jiamin", "senior_agent", "south"),
    (8, "梁俊熙", "Liang Junxi", "seller", "south"),
    (9, "何雨晴", "He Yuqing", "seller", "south"),
    (10, "吴泽楷", "Wu Zekai", "seller", "south"),
    (11, "赵立新", "Zhao Lixin", "team_lead", "north"),
    (12, "王思远", "Wang Siyuan", "senior_agent", "north"),
    (13, "刘佳宁", "Liu Jianing", "seller", "north"),
    (14, "郭明哲", "Guo Mingzhe", "seller", "north"),
    (15, "周慕云", "Zhou Muyun", "director", "north"),
    (16, "罗海川", "Luo Haichuan", "team_lead", "west"),
    (17, "唐书瑶", "Tang Shuyao", "senior_agent", "west"),
    (18, "冯锦程", "Feng Jincheng", "seller", "west"),
    (19, "邓晓岚", "Deng Xiaolan", "seller", "west"),
    (20, "潘予安", "Pan Yu'an", "seller", "west"),
)


def add_sellers(world: World) -> None:
    """Add the sellers."""
    for ident, name, latin, role, team in SELLERS:
        plain = "".join(letter for letter in latin.lower() if letter.isalpha())
        joined = datetime(2021 + ident % 3, 1 + ident % 12, 8, 9, tzinfo=CHINA)
        world.add(
            "seller",
            ident,
            joined,
            name=name,
            latin_name=latin,
            role=role,
            team=team,
            email=f"{plain}@{DOMAIN}",
            is_active=True,
            capacity_count=_CAPACITIES[role],
            export_limit_count=_EXPORT_LIMITS[role],
        )


def sellers_of(team: str, *roles: str) -> list[int]:
    """Return the ids of a team's sellers, of certain roles."""
    return [row[0] for row in SELLERS if row[4] == team and row[3] in roles]


def team_of(seller_id: int) -> str:
    """Return the team of a seller."""
    return SELLERS[seller_id - 1][4]


def role_of(seller_id: int) -> str:
    """Return the role of a seller."""
    return SELLERS[seller_id - 1][3]


def leader_of(seller_id: int) -> int:
    """Return who approves for a seller: the team's lead, and for a lead the director."""
    lead = sellers_of(team_of(seller_id), "team_lead")[0]
    return DIRECTOR if seller_id == lead else lead
