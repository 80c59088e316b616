"""search in content."""

import sqlalchemy as sa
from alembic import op

from training_platform.content.models import searchable

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what is published already can be found, too."""
    with op.batch_alter_table("content_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("search_text", sa.String(), nullable=False, server_default="")
        )
    item = sa.table(
        "content_item",
        sa.column("id", sa.Integer),
        sa.column("slug", sa.String),
        sa.column("current_revision_id", sa.Integer),
        sa.column("search_text", sa.String),
    )
    kept = sa.table("content_revision", sa.column("id", sa.Integer), sa.column("data", sa.JSON))
    bind = op.get_bind()
    rows = bind.execute(
        sa.select(item.c.id, item.c.slug, kept.c.data).join(
            kept, kept.c.id == item.c.current_revision_id
        )
    ).all()
    texts = [{"key": row.id, "found": searchable(row.slug, row.data)} for row in rows]
    if texts:
        fill = sa.update(item).where(item.c.id == sa.bindparam("key"))
        bind.execute(fill.values(search_text=sa.bindparam("found")), texts)
    with op.batch_alter_table("content_item", schema=None) as batch_op:
        batch_op.alter_column("search_text", server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("content_item", schema=None) as batch_op:
        batch_op.drop_column("search_text")
