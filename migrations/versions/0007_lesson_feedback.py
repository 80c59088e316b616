"""lesson feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lesson_rating",
        sa.Column("lesson_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("rated_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_lesson_rating_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_lesson_rating_employee_id")
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_rating_lesson_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["content_revision.id"], name=op.f("fk_lesson_rating_revision_id")
        ),
        sa.PrimaryKeyConstraint("lesson_id", "employee_id", name=op.f("pk_lesson_rating")),
    )
    with op.batch_alter_table("lesson_rating", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lesson_rating_course_id_changed_at", ["course_id", "changed_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_lesson_rating_employee_id"), ["employee_id"], unique=False
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("lesson_rating", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_rating_employee_id"))
        batch_op.drop_index("ix_lesson_rating_course_id_changed_at")

    op.drop_table("lesson_rating")
