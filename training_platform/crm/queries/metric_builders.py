"""The page of each metric, by its id."""

from collections.abc import Callable, Mapping

from training_platform.crm.queries import customer_builders as of_customers
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
    "churn": of_customers.churn,
    "repeat": of_customers.repeat,
    "forecast": of_sales.forecast_page,
    "lifetime_value": of_customers.lifetime_value,
    "satisfaction": of_service.satisfaction,
    "usage": of_service.usage,
    "targets": of_sales.targets,
    "campaign_roi": of_sales.campaign_roi,
    "service_levels": of_service.service_levels,
}
