"""where courses come from, their history, imports and a gazetteer"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "catalogue_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_digest", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "counts",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "report",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_import")),
    )
    with op.batch_alter_table("catalogue_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_catalogue_import_source"), ["source"], unique=False)

    op.create_table(
        "gazetteer_place",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column(
            "names",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gazetteer_place")),
        sa.UniqueConstraint("key", name=op.f("uq_gazetteer_place_key")),
    )
    with op.batch_alter_table("gazetteer_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gazetteer_place_name"), ["name"], unique=False)

    op.create_table(
        "catalogue_touch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column(
            "courses",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "providers",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_touch")),
        sa.UniqueConstraint("token", name=op.f("uq_catalogue_touch_token")),
    )
    op.create_table(
        "course_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_ref", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "changes",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_change_course_id")),
        sa.ForeignKeyConstraint(["import_id"], ["catalogue_import.id"], name=op.f("fk_course_change_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_change")),
    )
    with op.batch_alter_table("course_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_change_course_id"), ["course_id"], unique=False)

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(sa.Column("url", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("source_ref", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("fingerprint", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "facts",
                sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
                server_default=sa.text("'{}'"),
                nullable=False,
            )
        )
        batch_op.create_index("uq_course_source", ["source", "source_ref"], unique=True)

    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_ref", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("fingerprint", sa.String(), nullable=True))
        batch_op.create_index("uq_provider_source", ["source", "source_ref"], unique=True)

    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_ref", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("retired", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("adviser", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "roles",
                sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
                server_default=sa.text("'[]'"),
                nullable=False,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("adviser", schema=None) as batch_op:
        batch_op.drop_column("roles")

    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_column("retired")
        batch_op.drop_column("source_ref")

    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_index("uq_provider_source")
        batch_op.drop_column("fingerprint")
        batch_op.drop_column("source_ref")

    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index("uq_course_source")
        batch_op.drop_column("facts")
        batch_op.drop_column("fingerprint")
        batch_op.drop_column("source_ref")
        batch_op.drop_column("url")

    with op.batch_alter_table("course_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_change_course_id"))

    op.drop_table("course_change")
    with op.batch_alter_table("gazetteer_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gazetteer_place_name"))

    op.drop_table("catalogue_touch")
    op.drop_table("gazetteer_place")
    with op.batch_alter_table("catalogue_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_catalogue_import_source"))

    op.drop_table("catalogue_import")
