"""The forty products: what labels, packs and checks goods, with its parts and services."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from training_platform.crm.dataset.world import World
from training_platform.crm.rules.calendar import CHINA


@dataclass(frozen=True)
class Product:
    """A product as orders need it."""

    ident: int
    name: str
    line: str
    unit: str
    price: int
    cost: Decimal
    is_active: bool


#: Name, name in English, line, unit, list price, cost in percent of it.
_CATALOG = (
    ("热转印标签打印机 TP-300", "Label printer TP-300", "equipment", "台", 6800, 62),
    ("工业标签打印机 TP-600", "Industrial label printer TP-600", "equipment", "台", 18600, 60),
    ("便携标签打印机 MP-80", "Portable label printer MP-80", "equipment", "台", 2400, 64),
    ("自动贴标机 LB-20", "Labelling machine LB-20", "equipment", "台", 58000, 58),
    ("圆瓶贴标机 LB-30R", "Round-bottle labeller LB-30R", "equipment", "台", 72000, 58),
    ("双侧贴标机 LB-40D", "Two-sided labeller LB-40D", "equipment", "台", 96000, 57),
    ("小字符喷码机 IJ-100", "Inkjet coder IJ-100", "equipment", "台", 38000, 55),
    ("激光打码机 LM-30", "Laser coder LM-30", "equipment", "台", 86000, 59),
    ("自动封箱机 CS-500", "Case sealer CS-500", "equipment", "台", 24800, 61),
    ("半自动缠绕机 SW-180", "Stretch wrapper SW-180", "equipment", "台", 15800, 63),
    ("输送线模块 CV-2M", "Conveyor module CV-2M", "equipment", "节", 9600, 66),
    ("在线称重检测机 CW-3", "Checkweigher CW-3", "equipment", "台", 64000, 60),
    ("手持数据终端 PDA-7", "Handheld terminal PDA-7", "equipment", "台", 3200, 68),
    ("视觉检测单元 VI-2", "Vision unit VI-2", "equipment", "套", 45000, 56),
    ("铜版纸标签 100×70", "Coated paper labels 100×70", "consumable", "卷", 38, 52),
    ("合成纸标签 80×50", "Synthetic labels 80×50", "consumable", "卷", 65, 50),
    ("耐高温标签 60×40", "Heat-resistant labels 60×40", "consumable", "卷", 128, 46),
    ("蜡基碳带 110 mm", "Wax ribbon 110 mm", "consumable", "卷", 32, 54),
    ("混合基碳带 110 mm", "Wax-resin ribbon 110 mm", "consumable", "卷", 58, 51),
    ("树脂基碳带 110 mm", "Resin ribbon 110 mm", "consumable", "卷", 96, 48),
    ("喷码墨水 1 L", "Coder ink 1 l", "consumable", "瓶", 420, 40),
    ("喷码稀释剂 1 L", "Coder make-up 1 l", "consumable", "瓶", 180, 42),
    ("缠绕膜 500 mm", "Stretch film 500 mm", "consumable", "卷", 85, 66),
    ("封箱胶带 60 mm（72 卷）", "Sealing tape 60 mm (72 rolls)", "consumable", "箱", 260, 64),
    ("打包带 16 mm", "Strapping 16 mm", "consumable", "卷", 145, 67),
    ("RFID 标签（1000 枚）", "RFID tags (1,000)", "consumable", "包", 980, 58),
    ("打印头 300 dpi", "Print head 300 dpi", "spare_part", "个", 1450, 57),
    ("打印胶辊", "Platen roller", "spare_part", "根", 320, 45),
    ("切刀组件", "Cutter assembly", "spare_part", "套", 860, 50),
    ("贴标头皮带", "Labelling head belt", "spare_part", "条", 240, 44),
    ("喷头维护组件", "Nozzle service kit", "spare_part", "套", 2600, 52),
    ("伺服驱动器 0.75 kW", "Servo drive 0.75 kW", "spare_part", "个", 3800, 63),
    ("光电传感器", "Photoelectric sensor", "spare_part", "个", 290, 48),
    ("年度维保（标准）", "Annual maintenance, standard", "service", "年", 4800, 45),
    ("年度维保（全保）", "Annual maintenance, full", "service", "年", 12800, 50),
    ("现场安装调试", "Installation on site", "service", "次", 3000, 55),
    ("操作培训（半天）", "Operator training, half a day", "service", "场", 2000, 40),
    ("远程诊断服务", "Remote diagnosis", "service", "年", 1500, 35),
    ("标签模板设计", "Label design", "service", "套", 600, 38),
    ("便携标签打印机 MP-60（停产）", "Portable printer MP-60 (ended)", "equipment", "台", 1980, 65),
)
#: Numbers of the products that are no longer sold.
_ENDED = frozenset({40})
#: Words of a product's description, by its line.
_DESCRIPTIONS = {
    "equipment": "整机保修 12 个月，含随机耗材一套;安装调试另计。",
    "consumable": "常备库存，当日 15 点前下单次日发出;可按客户规格分切。",
    "spare_part": "原厂备件，保修 3 个月;更换前请核对设备序列号。",
    "service": "由持证工程师执行，工作日 8:30—17:30 响应。",
}


def _product(ident: int) -> Product:
    name, _english, line, unit, price, percent = _CATALOG[ident - 1]
    cost = Decimal(price) * percent / 100
    return Product(ident, name, line, unit, price, cost, ident not in _ENDED)


PRODUCTS = tuple(_product(ident) for ident in range(1, len(_CATALOG) + 1))


def product(ident: int) -> Product:
    """Return a product by its number."""
    return PRODUCTS[ident - 1]


def add_products(world: World) -> None:
    """Add the catalogue."""
    for each in PRODUCTS:
        english = _CATALOG[each.ident - 1][1]
        world.add(
            "product",
            each.ident,
            datetime(2023, 1, 9, 9, tzinfo=CHINA),
            code=f"PD-{each.ident:03d}",
            name=each.name,
            english_name=english,
            line=each.line,
            unit=each.unit,
            list_price_amount=Decimal(each.price),
            cost_amount=each.cost,
            is_active=each.is_active,
            description=_DESCRIPTIONS[each.line],
        )
