"""The sandbox's database and a desk, for tests of samples and figures."""

from tests.crm.conftest import (  # noqa: F401
    _one_crm_app,
    crm_app,
    crm_database_url,
    crm_postgres_template,
    crm_session,
    crm_sqlite_template,
    desk,
    shared_crm_app,
    stopped_clock,
    trainee,
)
