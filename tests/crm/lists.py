"""Lists of customers to import, and the steps that are taken with them."""

import csv
import io

from training_platform.core.db import writing
from training_platform.core.list_files import read_upload
from training_platform.crm.desk import open_desk
from training_platform.crm.importing import running
from training_platform.crm.models import (
    CrmImport,
)
from training_platform.crm.services import imports

HEAD = ["客户名称", "联系人", "职位", "联系电话", "所属行业", "需求描述"]
GOOD = ["云岫机械有限公司", "王小满", "采购经理", "16412345678", "机械制造", "备件报价"]


def row(number: int, **changes: str) -> list[str]:
    texts = dict(zip(HEAD, GOOD, strict=True))
    texts |= {"客户名称": f"云岫第{number}机械有限公司", "联系电话": f"164{number:08d}"}
    return list((texts | changes).values())


def sheet(*rows: list[str], head: list[str] = HEAD, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode(encoding)


def send(desk, data: bytes, name: str = "list.csv", entity: str = "customer") -> int:
    found = imports.upload_file(desk, entity, read_upload(data, name), data, name)
    return found.id


def step(desk, import_id: int, act, *values) -> CrmImport:
    """Take one step as a page does: in a transaction of its own, then the job."""
    desk.session.commit()
    with writing() as session:
        here = open_desk(session, desk.workspace, desk.actor, is_writing=True)
        found = imports.find_import(here, import_id)
        act(here, found, *values, found.version)
    running.run(import_id, lambda _done, _total: None)
    return see(desk, import_id)


def see(desk, import_id: int) -> CrmImport:
    desk.session.rollback()
    here = open_desk(desk.session, desk.workspace, desk.actor, is_writing=True)
    desk.layer, desk.seller = here.layer, here.seller
    return imports.find_import(here, import_id)


def check(desk, data: bytes, entity: str = "customer") -> CrmImport:
    import_id = send(desk, data, entity=entity)
    mapping = imports.find_import(desk, import_id).mapping
    return step(desk, import_id, imports.choose_mapping, mapping)


def import_all(desk, data: bytes, entity: str = "customer") -> CrmImport:
    return step(desk, check(desk, data, entity).id, imports.commit_import)
