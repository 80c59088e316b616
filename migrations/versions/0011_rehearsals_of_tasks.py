"""rehearsals of tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "studio_rehearsal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("recording", sa.String(40), nullable=False),
        sa.Column("is_noting_looks", sa.Boolean(), nullable=False),
        sa.Column("opened", JSON, nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("worth", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["employee.id"], name=op.f("fk_studio_rehearsal_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["studio_draft.id"], name=op.f("fk_studio_rehearsal_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["crm_workspace.id"], name=op.f("fk_studio_rehearsal_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_rehearsal")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_studio_rehearsal_workspace_id")),
    )
    with op.batch_alter_table("studio_rehearsal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_studio_rehearsal_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            "uq_studio_rehearsal_open",
            ["draft_id", "author_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("studio_rehearsal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_studio_rehearsal_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_studio_rehearsal_author_id"))

    op.drop_table("studio_rehearsal")
