"""The questions of the metrics as ORM selects, the same for both databases."""

from training_platform.crm.metrics.sql_selling import SellingAnswers
from training_platform.crm.metrics.sql_working import WorkingAnswers


class SqlSource(SellingAnswers, WorkingAnswers):
    """Asks the workspace of a desk; owners narrows to these sellers' and nobody's records."""
