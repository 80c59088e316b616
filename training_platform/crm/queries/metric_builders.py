"""The page of each metric, by its id."""

from collections.abc import Callable, Mapping

from training_platform.crm.queries import customer_builders as of_customers
from training_platform.crm.queries import loyalty_builders as of_loyalty
from training_platform.crm.queries import plan_builders as of_plans
from training_platform.crm.queries import sales_builders as of_sales
from training_platform.crm.queries import service_builders as of_service
from training_platform.crm.queries.metric_pages import Page, Shown

#: Metric → the builder of its page.
BUILDERS: Mapping[str, Callable[[Page], Shown]] = {
    "funnel": of_sales.funnel,
    "monthly_sales": of_sales.monthly_sales,
    "activity": of_service.activity,
    "rfm": of_customers.rfm,
    "value_matrix": of_customers.value_matrix,
    "churn": of_loyalty.churn,
    "repeat": of_loyalty.repeat,
    "forecast": of_plans.forecast_page,
    "velocity": of_plans.velocity,
    "lifetime_value": of_loyalty.lifetime_value,
    "satisfaction": of_service.satisfaction,
    "usage": of_service.usage,
    "targets": of_plans.targets,
    "campaign_roi": of_sales.campaign_roi,
    "service_levels": of_service.service_levels,
}
