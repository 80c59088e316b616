"""proofs of tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "practical_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("total_count", sa.Integer(), nullable=False),
        sa.Column("files", JSON, nullable=True),
        sa.Column("outcome", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["employee.id"], name=op.f("fk_practical_proof_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practical_proof")),
    )
    with op.batch_alter_table("practical_proof", schema=None) as batch_op:
        batch_op.create_index("ix_practical_proof_slug_digest", ["slug", "digest"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_practical_proof_asked_by_id"), ["asked_by_id"], unique=False
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("practical_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practical_proof_asked_by_id"))
        batch_op.drop_index("ix_practical_proof_slug_digest")

    op.drop_table("practical_proof")
