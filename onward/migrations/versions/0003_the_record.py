"""the record: offers, activity detail, money, reports, links"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "provider_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_provider_key_digest")),
    )
    with op.batch_alter_table("provider_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_key_provider_ref"), ["provider_ref"], unique=False)

    op.create_table(
        "provider_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column(
            "about",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "said",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("matched_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["young_person_id"], ["young_person.id"], name=op.f("fk_provider_report_young_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_report")),
        sa.UniqueConstraint("provider_ref", "external_id", name=op.f("uq_provider_report_provider_ref_external_id")),
    )
    with op.batch_alter_table("provider_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_report_provider_ref"), ["provider_ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_provider_report_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_provider_report_young_person_id"), ["young_person_id"], unique=False)

    op.create_table(
        "link_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("young_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_link_code_conversation_id")),
        sa.ForeignKeyConstraint(["young_person_id"], ["young_person.id"], name=op.f("fk_link_code_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_code")),
    )
    with op.batch_alter_table("link_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_code_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "address_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("young_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_address_note_message_id")),
        sa.ForeignKeyConstraint(["young_person_id"], ["young_person.id"], name=op.f("fk_address_note_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_note")),
    )
    with op.batch_alter_table("address_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_note_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_address_note_young_person_id"), ["young_person_id"], unique=False)

    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "detail",
                sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
                server_default=sa.text("'{}'"),
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("rule", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_activity_report_id"), "provider_report", ["report_id"], ["id"])

    with op.batch_alter_table("destination", schema=None) as batch_op:
        batch_op.add_column(sa.Column("occupation", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("grades", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("sure", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("undecided", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("help_wanted", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("at_time", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("missed", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("fingerprint", sa.String(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_destination_young_person_id_fingerprint"), ["young_person_id", "fingerprint"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_destination_report_id"), "provider_report", ["report_id"], ["id"])

    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.alter_column("conversation_id", existing_type=sa.BigInteger(), nullable=True)

    with op.batch_alter_table("money_application", schema=None) as batch_op:
        batch_op.add_column(sa.Column("on_date", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "detail",
                sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
                server_default=sa.text("'{}'"),
                nullable=False,
            )
        )

    with op.batch_alter_table("young_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gender", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("ethnicity", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("uln", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("ehc_plan", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("local_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("leaves_school_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("left_area_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_young_person_date_of_birth"), ["date_of_birth"], unique=False)
        batch_op.create_index(batch_op.f("ix_young_person_uln"), ["uln"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_young_person_local_id"), ["local_id"])


def downgrade() -> None:
    with op.batch_alter_table("young_person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_young_person_local_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_young_person_uln"))
        batch_op.drop_index(batch_op.f("ix_young_person_date_of_birth"))
        batch_op.drop_column("left_area_on")
        batch_op.drop_column("leaves_school_on")
        batch_op.drop_column("local_id")
        batch_op.drop_column("ehc_plan")
        batch_op.drop_column("uln")
        batch_op.drop_column("ethnicity")
        batch_op.drop_column("gender")

    with op.batch_alter_table("money_application", schema=None) as batch_op:
        batch_op.drop_column("detail")
        batch_op.drop_column("on_date")

    # what belongs to no conversation cannot be kept by the tables of before
    op.execute(sa.text("DELETE FROM escalation WHERE conversation_id IS NULL"))
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.alter_column("conversation_id", existing_type=sa.BigInteger(), nullable=False)

    with op.batch_alter_table("destination", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_destination_report_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_destination_young_person_id_fingerprint"), type_="unique")
        batch_op.drop_column("fingerprint")
        batch_op.drop_column("missed")
        batch_op.drop_column("report_id")
        batch_op.drop_column("reason")
        batch_op.drop_column("ends_on")
        batch_op.drop_column("at_time")
        batch_op.drop_column("help_wanted")
        batch_op.drop_column("undecided")
        batch_op.drop_column("sure")
        batch_op.drop_column("grades")
        batch_op.drop_column("occupation")

    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_activity_report_id"), type_="foreignkey")
        batch_op.drop_column("report_id")
        batch_op.drop_column("rule")
        batch_op.drop_column("detail")

    with op.batch_alter_table("address_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_note_young_person_id"))
        batch_op.drop_index(batch_op.f("ix_address_note_address"))

    op.drop_table("address_note")
    with op.batch_alter_table("link_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_code_conversation_id"))

    op.drop_table("link_code")
    with op.batch_alter_table("provider_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_report_young_person_id"))
        batch_op.drop_index(batch_op.f("ix_provider_report_status"))
        batch_op.drop_index(batch_op.f("ix_provider_report_provider_ref"))

    op.drop_table("provider_report")
    with op.batch_alter_table("provider_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_key_provider_ref"))

    op.drop_table("provider_key")
