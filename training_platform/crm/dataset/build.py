"""Building the dataset b2b_cn: the same rows each time, written to its file."""

from pathlib import Path

from training_platform.crm.dataset import (
    activities,
    customers,
    deals,
    files,
    leads,
    management,
    marketing,
    orders,
    people,
    pipeline,
    products,
    sales,
    service,
)
from training_platform.crm.dataset.working_time import NOW
from training_platform.crm.dataset.world import Row, World
from training_platform.crm.values import to_plain

VERSION = 1


def build() -> dict[str, list[Row]]:
    """Return every table of the dataset as plain rows."""
    world = World()
    people.add_sellers(world)
    products.add_products(world)
    firms = customers.add_customers(world)
    sold = sales.plan_sales(firms)
    orders.number_sales(sold)
    course = deals.plan_deals(firms, sold)
    pipeline.add_pipeline(world, course)
    management.add_rules(world)
    marketing.add_segments(world, firms)
    marketing.add_campaigns(world, firms, sold)
    leads.add_leads(world, firms, course)
    activities.neglect_some(firms, course, sold)
    activities.add_activities(world, firms, course)
    orders.add_orders(world, sold)
    service.add_articles(world)
    service.add_tickets(world, firms, sold)
    service.add_feedback(world, firms)
    service.add_problem_reports(world)
    marketing.add_visits(world, firms)
    marketing.add_referrals(world, firms, sold)
    management.add_targets(world, sold)
    return {
        entity: [{name: to_plain(value) for name, value in row.items()} for row in rows]
        for entity, rows in world.tables.items()
    }


def write(path: Path = files.FILE) -> str:
    """Build the dataset, write its file and return its SHA-256."""
    return files.write(path, files.Header(files.NAME, VERSION, to_plain(NOW)), build())
