"""batches of questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "question_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("encoding", sa.String(), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decision_note", sa.String(), nullable=False),
        sa.Column("publish_note", sa.String(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("undo_note", sa.String(), nullable=False),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["employee.id"], name=op.f("fk_question_batch_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["employee.id"], name=op.f("fk_question_batch_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_question_batch_file_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["employee.id"], name=op.f("fk_question_batch_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["employee.id"], name=op.f("fk_question_batch_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_batch")),
    )
    with op.batch_alter_table("question_batch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_question_batch_created_by_id"), ["created_by_id"], unique=False
        )
    op.create_table(
        "question_batch_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("file_text", sa.String(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["question_batch.id"], name=op.f("fk_question_batch_row_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["content_revision.id"],
            name=op.f("fk_question_batch_row_revision_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_batch_row")),
    )
    with op.batch_alter_table("question_batch_row", schema=None) as batch_op:
        batch_op.create_index(
            "ix_question_batch_row_batch_id_state",
            ["batch_id", "state", "position"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_question_batch_row_slug"), ["slug"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("question_batch_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_batch_row_slug"))
        batch_op.drop_index("ix_question_batch_row_batch_id_state")

    op.drop_table("question_batch_row")
    with op.batch_alter_table("question_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_batch_created_by_id"))

    op.drop_table("question_batch")
