"""Internal training platform for a customer-relations department."""

from typing import Any

from flask import Flask
from flask_migrate import Migrate

from training_platform import config
from training_platform.assessment import content_kinds as assessment_kinds
from training_platform.assessment import models as assessment_models  # noqa: F401  # its tables
from training_platform.assessment import permissions as assessment_permissions
from training_platform.assessment import views as assessment_views
from training_platform.assessment.events import ScoringFinished
from training_platform.assessment.rubrics import views as scoring_views
from training_platform.certificates import models as certificates_models  # noqa: F401  # its tables
from training_platform.certificates import permissions as certificates_permissions
from training_platform.certificates import reactions as certificates_reactions
from training_platform.certificates import views as certificates_views
from training_platform.consequences import models as consequences_models  # noqa: F401  # its tables
from training_platform.consequences import permissions as consequences_permissions
from training_platform.consequences import reactions as consequences_reactions
from training_platform.consequences import views as consequences_views
from training_platform.content import commands as content_commands
from training_platform.content import models as content_models  # noqa: F401  # its tables
from training_platform.content import permissions as content_permissions
from training_platform.content import views as content_views
from training_platform.content.events import RevisionPublished
from training_platform.core import (  # noqa: F401  # their tables
    clock,
    events,
    files,
    forms,
    i18n,
    logs,
    navigation,
    outbox,
    pdf,
    permissions,
    slots,
    templating,
    throttle,
    upkeep,
    web,
)
from training_platform.core import commands as core_commands
from training_platform.core.db import db
from training_platform.crm import commands as crm_commands
from training_platform.crm import layering as crm_layering  # noqa: F401  # its tables and guards
from training_platform.crm import permissions as crm_permissions
from training_platform.crm import views as crm_views
from training_platform.curricula import content_kinds as curricula_kinds
from training_platform.curricula import models as curricula_models  # noqa: F401  # its tables
from training_platform.curricula import permissions as curricula_permissions
from training_platform.curricula import reactions as curricula_reactions
from training_platform.curricula import views as curricula_views
from training_platform.curricula.events import CourseCompleted, CurriculumCompleted
from training_platform.demo import commands as demo_commands
from training_platform.home import permissions as home_permissions
from training_platform.home import views as home_views
from training_platform.notices import models as notices_models  # noqa: F401  # its tables
from training_platform.notices import permissions as notices_permissions
from training_platform.notices import views as notices_views
from training_platform.people import commands as people_commands
from training_platform.people import content_kinds as people_kinds
from training_platform.people import gate, viewer
from training_platform.people import permissions as people_permissions
from training_platform.people import views as people_views
from training_platform.people.events import EmployeeJoined, JobRoleChanged
from training_platform.practicals import commands as practicals_commands
from training_platform.practicals import content_kinds as practicals_kinds
from training_platform.practicals import models as practicals_models  # noqa: F401  # its tables
from training_platform.practicals import permissions as practicals_permissions
from training_platform.practicals import reactions as practicals_reactions
from training_platform.practicals import views as practicals_views
from training_platform.quizzes import content_kinds as quizzes_kinds
from training_platform.quizzes import models as quizzes_models  # noqa: F401  # its tables
from training_platform.quizzes import permissions as quizzes_permissions
from training_platform.quizzes import views as quizzes_views
from training_platform.quizzes.events import AttemptReopened
from training_platform.records import commands as records_commands
from training_platform.records import models as records_models  # noqa: F401  # its tables
from training_platform.records import permissions as records_permissions
from training_platform.records import reactions as records_reactions
from training_platform.records import views as records_views
from training_platform.records.events import RecordAdded

#: What follows what. In the order of the layers; read it as the story of the house.
REACTIONS = (
    events.on(EmployeeJoined, records_reactions.record_joining),
    events.on(EmployeeJoined, curricula_reactions.assign_curriculum),
    events.on(JobRoleChanged, records_reactions.record_job_role),
    events.on(JobRoleChanged, curricula_reactions.follow_job_role),
    events.on(RevisionPublished, curricula_reactions.follow_curriculum),
    events.on(RecordAdded, curricula_reactions.follow_retraining),
    events.on(RecordAdded, curricula_reactions.check_completion),
    events.on(ScoringFinished, practicals_reactions.finish_scored),
    events.on(RecordAdded, consequences_reactions.follow_record),
    events.on(AttemptReopened, consequences_reactions.follow_reopening),
    events.on(CourseCompleted, certificates_reactions.issue_for_course),
    events.on(CurriculumCompleted, certificates_reactions.issue_for_curriculum),
)

#: The features, from the bottom up.
POLICIES = (
    people_permissions,
    content_permissions,
    records_permissions,
    notices_permissions,
    assessment_permissions,
    curricula_permissions,
    quizzes_permissions,
    crm_permissions,
    practicals_permissions,
    certificates_permissions,
    consequences_permissions,
    home_permissions,
)
PAGES = (
    people_views,
    content_views,
    records_views,
    notices_views,
    assessment_views,
    scoring_views,
    curricula_views,
    quizzes_views,
    crm_views,
    practicals_views,
    certificates_views,
    consequences_views,
    home_views,
)
COMMANDS = (
    core_commands,
    people_commands,
    content_commands,
    records_commands,
    crm_commands,
    practicals_commands,
    demo_commands,
)
CONTENT_KINDS = (people_kinds, assessment_kinds, curricula_kinds, quizzes_kinds, practicals_kinds)


def create_app(
    overrides: dict[str, Any] | None = None, settings: config.Settings | None = None
) -> Flask:
    """Build the application from the environment; overrides replace Flask's configuration.

    Raises UnsafeSettingError where production would run with an unsafe value.
    """
    settings = settings or config.Settings.from_environment()
    app = Flask(
        __name__,
        template_folder="../templates",
        static_folder="../static",
        instance_path=settings.instance_dir,
    )
    app.jinja_environment = templating.LeanEnvironment  # before anybody asks for jinja_env
    app.config.from_mapping(config.flask_config(settings))
    app.config.from_mapping(overrides or {})
    logs.set_up(is_production=settings.is_production)
    clock.set_company_zone(app.config["TIMEZONE"])
    db.init_app(app)
    Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    i18n.init_app(app)
    slots.init_app(app)
    pdf.add_helpers(app.jinja_env)
    events.wire(app, REACTIONS)
    web.init_app(app)
    viewer.init_app(app)
    app.before_request(gate.require_complete_sign_in)
    for policy in POLICIES:
        permissions.register(policy.POLICY)
    for kinds in CONTENT_KINDS:
        kinds.register(app)
    for pages in PAGES:
        app.register_blueprint(pages.bp)
        navigation.add(app, *pages.PLACES)
        if init_app := getattr(pages, "init_app", None):
            init_app(app)
    for commands in COMMANDS:
        commands.register(app)
    return app
