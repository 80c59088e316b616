"""case library."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "library_entry",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sort", sa.String(40), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("competencies", JSON, nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["content_revision.id"], name=op.f("fk_library_entry_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_entry")),
    )
    with op.batch_alter_table("library_entry", schema=None) as batch_op:
        batch_op.create_index("ix_library_entry_sort", ["sort", "is_withdrawn"], unique=False)

    op.create_table(
        "library_link",
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("lesson_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["library_entry.id"], name=op.f("fk_library_link_entry_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", "lesson_id", name=op.f("pk_library_link")),
    )
    with op.batch_alter_table("library_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_library_link_lesson_id"), ["lesson_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("library_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_library_link_lesson_id"))

    op.drop_table("library_link")
    with op.batch_alter_table("library_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_library_entry_sort")

    op.drop_table("library_entry")
