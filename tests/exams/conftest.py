"""The databases with the dataset: a part of an exam works in it."""

from tests.crm.conftest import (  # noqa: F401
    crm_app,
    crm_database_url,
    crm_postgres_template,
    crm_session,
    crm_sqlite_template,
)
