"""Internal training platform for a customer-relations department."""

from typing import Any

from flask import Flask
from flask_migrate import Migrate

from training_platform import config
from training_platform.api import models as api_models  # noqa: F401  # its tables
from training_platform.api import permissions as api_permissions
from training_platform.api import views as api_views
from training_platform.archives import models as archives_models  # noqa: F401  # its tables
from training_platform.archives import permissions as archives_permissions
from training_platform.archives import reactions as archives_reactions
from training_platform.archives import views as archives_views
from training_platform.archives.compliance import models as compliance_models  # noqa: F401  # its tables
from training_platform.archives.compliance import permissions as compliance_permissions
from training_platform.archives.compliance import reactions as compliance_reactions
from training_platform.archives.compliance import views as compliance_views
from training_platform.archives.compliance.items import EXAMS
from training_platform.assessment import content_kinds as assessment_kinds
from training_platform.assessment import models as assessment_models  # noqa: F401  # its tables
from training_platform.assessment import permissions as assessment_permissions
from training_platform.assessment import views as assessment_views
from training_platform.assessment.disputes import views as disputes_views
from training_platform.assessment.events import DisputeDecided, ScoringFinished
from training_platform.assessment.rubrics import views as scoring_views
from training_platform.certificates import commands as certificates_commands
from training_platform.certificates import models as certificates_models  # noqa: F401  # its tables
from training_platform.certificates import permissions as certificates_permissions
from training_platform.certificates import reactions as certificates_reactions
from training_platform.certificates import views as certificates_views
from training_platform.coaching import models as coaching_models  # noqa: F401  # its tables
from training_platform.coaching import permissions as coaching_permissions
from training_platform.coaching import reactions as coaching_reactions
from training_platform.coaching import views as coaching_views
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
from training_platform.curricula.events import (
    CourseCompleted,
    CurriculumCompleted,
    RefresherAssigned,
    RefresherPassed,
)
from training_platform.demo import commands as demo_commands
from training_platform.evaluation.behavior import models as behavior_models  # noqa: F401  # its tables
from training_platform.evaluation.behavior import permissions as behavior_permissions
from training_platform.evaluation.behavior import views as behavior_views
from training_platform.exams import content_kinds as exams_kinds
from training_platform.exams import models as exams_models  # noqa: F401  # its tables
from training_platform.exams import permissions as exams_permissions
from training_platform.exams import reactions as exams_reactions
from training_platform.exams import views as exams_views
from training_platform.exams.required import exams_for_job_roles
from training_platform.external_training import models as external_models  # noqa: F401  # its tables
from training_platform.external_training import permissions as external_permissions
from training_platform.external_training import reactions as external_reactions
from training_platform.external_training import views as external_views
from training_platform.home import permissions as home_permissions
from training_platform.home import views as home_views
from training_platform.library import content_kinds as library_kinds
from training_platform.library import models as library_models  # noqa: F401  # its tables
from training_platform.library import permissions as library_permissions
from training_platform.library import views as library_views
from training_platform.mentoring import models as mentoring_models  # noqa: F401  # its tables
from training_platform.mentoring import permissions as mentoring_permissions
from training_platform.mentoring import views as mentoring_views
from training_platform.notices import models as notices_models  # noqa: F401  # its tables
from training_platform.notices import permissions as notices_permissions
from training_platform.notices import reactions as notices_reactions
from training_platform.notices import views as notices_views
from training_platform.people import commands as people_commands
from training_platform.people import content_kinds as people_kinds
from training_platform.people import gate, viewer
from training_platform.people import permissions as people_permissions
from training_platform.people import views as people_views
from training_platform.people.events import (
    EmployeeAnonymized,
    EmployeeJoined,
    EmployeeLeft,
    JobRoleChanged,
)
from training_platform.practicals import commands as practicals_commands
from training_platform.practicals import content_kinds as practicals_kinds
from training_platform.practicals import models as practicals_models  # noqa: F401  # its tables
from training_platform.practicals import permissions as practicals_permissions
from training_platform.practicals import proof_models as practicals_proof_models  # noqa: F401  # its tables
from training_platform.practicals import reactions as practicals_reactions
from training_platform.practicals import views as practicals_views
from training_platform.practicals.contests import models as contests_models  # noqa: F401  # its tables
from training_platform.practicals.contests import permissions as contests_permissions
from training_platform.practicals.events import (
    PracticalGraded,
    PracticalHandedIn,
    PracticalProved,
)
from training_platform.quizzes import content_kinds as quizzes_kinds
from training_platform.quizzes import models as quizzes_models  # noqa: F401  # its tables
from training_platform.quizzes import permissions as quizzes_permissions
from training_platform.quizzes import reactions as quizzes_reactions
from training_platform.quizzes import views as quizzes_views
from training_platform.quizzes.events import AttemptGraded, AttemptReopened
from training_platform.records import commands as records_commands
from training_platform.records import models as records_models  # noqa: F401  # its tables
from training_platform.records import permissions as records_permissions
from training_platform.records import reactions as records_reactions
from training_platform.records import views as records_views
from training_platform.records.corrections import models as corrections_models  # noqa: F401  # its tables
from training_platform.records.corrections import views as corrections_views
from training_platform.records.events import RecordAdded, ResultCorrected, ValuesErased
from training_platform.records.history import models as history_models  # noqa: F401  # its tables
from training_platform.records.history import views as history_views
from training_platform.records.retention import models as retention_models  # noqa: F401  # its tables
from training_platform.records.retention import views as retention_views
from training_platform.studio import models as studio_models  # noqa: F401  # its tables
from training_platform.studio import permissions as studio_permissions
from training_platform.studio import views as studio_views
from training_platform.studio.batches import views as studio_batches_views
from training_platform.studio.feedback import models as feedback_models  # noqa: F401  # its tables
from training_platform.studio.feedback import permissions as feedback_permissions
from training_platform.studio.feedback import reactions as feedback_reactions
from training_platform.studio.feedback import views as feedback_views
from training_platform.studio.lesson_import import views as lesson_import_views
from training_platform.studio.library import views as studio_library_views
from training_platform.studio.outline import views as outline_views
from training_platform.studio.packages import views as packages_views
from training_platform.studio.papers import views as studio_papers_views
from training_platform.studio.proofs import reactions as proofs_reactions
from training_platform.studio.proofs import views as studio_proofs_views
from training_platform.studio.questions import views as studio_questions_views
from training_platform.studio.rehearsal import models as rehearsal_models  # noqa: F401  # its tables
from training_platform.studio.rehearsal import views as studio_rehearsal_views
from training_platform.studio.rubrics import views as studio_rubrics_views
from training_platform.studio.tasks import views as studio_tasks_views
from training_platform.studio.transfer import views as studio_transfer_views

#: What follows what. In the order of the layers; read it as the story of the house.
REACTIONS = (
    events.on(EmployeeJoined, records_reactions.record_joining),
    events.on(EmployeeJoined, curricula_reactions.assign_curriculum),
    events.on(EmployeeLeft, records_reactions.record_leaving),
    events.on(EmployeeLeft, external_reactions.end_of_leaver),
    events.on(EmployeeAnonymized, notices_reactions.forget_person),
    events.on(EmployeeAnonymized, external_reactions.forget_files),
    events.on(JobRoleChanged, records_reactions.record_job_role),
    events.on(JobRoleChanged, curricula_reactions.follow_job_role),
    events.on(RevisionPublished, curricula_reactions.follow_curriculum),
    events.on(RecordAdded, curricula_reactions.follow_retraining),
    events.on(RecordAdded, curricula_reactions.check_completion),
    events.on(ScoringFinished, practicals_reactions.finish_scored),
    events.on(DisputeDecided, practicals_reactions.follow_dispute),
    events.on(DisputeDecided, quizzes_reactions.follow_dispute),
    events.on(ResultCorrected, practicals_reactions.follow_record),
    events.on(ResultCorrected, quizzes_reactions.follow_record),
    events.on(ResultCorrected, exams_reactions.follow_result),
    events.on(RecordAdded, consequences_reactions.follow_record),
    events.on(AttemptReopened, consequences_reactions.follow_reopening),
    events.on(AttemptGraded, exams_reactions.follow_paper),
    events.on(PracticalHandedIn, exams_reactions.follow_hand_in),
    events.on(PracticalGraded, exams_reactions.follow_task),
    events.on(EmployeeJoined, coaching_reactions.plan_first_month),
    events.on(RefresherAssigned, compliance_reactions.open_quiz_again),
    events.on(ValuesErased, archives_reactions.forget_values),
    events.on(RecordAdded, coaching_reactions.tick_record),
    events.on(PracticalGraded, coaching_reactions.tick_task),
    events.on(CourseCompleted, certificates_reactions.issue_for_course),
    events.on(CurriculumCompleted, certificates_reactions.issue_for_curriculum),
    events.on(RecordAdded, certificates_reactions.renew_after_pass),
    events.on(RefresherPassed, certificates_reactions.renew_refreshed),
    events.on(EmployeeAnonymized, certificates_reactions.forget_holder),
    events.on(EmployeeAnonymized, feedback_reactions.forget_rater),
    events.on(PracticalProved, proofs_reactions.stamp_draft),
    events.on(RevisionPublished, quizzes_reactions.follow_question),
    events.on(RevisionPublished, certificates_reactions.supersede_older),
)

#: The features, from the bottom up.
POLICIES = (
    people_permissions,
    content_permissions,
    records_permissions,
    notices_permissions,
    assessment_permissions,
    curricula_permissions,
    library_permissions,
    quizzes_permissions,
    crm_permissions,
    mentoring_permissions,
    behavior_permissions,
    external_permissions,
    practicals_permissions,
    contests_permissions,
    certificates_permissions,
    consequences_permissions,
    coaching_permissions,
    exams_permissions,
    archives_permissions,
    compliance_permissions,
    home_permissions,
    api_permissions,
    studio_permissions,
    feedback_permissions,
)
PAGES = (
    people_views,
    content_views,
    records_views,
    corrections_views,
    retention_views,
    history_views,
    notices_views,
    assessment_views,
    scoring_views,
    disputes_views,
    curricula_views,
    library_views,
    quizzes_views,
    crm_views,
    behavior_views,
    mentoring_views,
    external_views,
    practicals_views,
    certificates_views,
    consequences_views,
    coaching_views,
    exams_views,
    archives_views,
    compliance_views,
    home_views,
    api_views,
    studio_views,
    feedback_views,
    outline_views,
    packages_views,
    lesson_import_views,
    studio_papers_views,
    studio_rehearsal_views,
    studio_proofs_views,
    studio_library_views,
    studio_rubrics_views,
    studio_questions_views,
    studio_tasks_views,
    studio_transfer_views,
    studio_batches_views,
)
COMMANDS = (
    core_commands,
    people_commands,
    content_commands,
    records_commands,
    crm_commands,
    practicals_commands,
    certificates_commands,
    demo_commands,
)
CONTENT_KINDS = (
    people_kinds,
    assessment_kinds,
    curricula_kinds,
    library_kinds,
    quizzes_kinds,
    practicals_kinds,
    exams_kinds,
)


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
    slots.fill(app, EXAMS, exams_for_job_roles)  # siblings, which do not know each other
    for commands in COMMANDS:
        commands.register(app)
    return app
