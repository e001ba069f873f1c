"""follow-up: planned contacts, their plans' versions, campaigns"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_PLANNED = sa.text("status = 'planned'")
_QUEUED = sa.text("status = 'queued'")
_SENT = sa.text("outcome = 'sent'")
_NEVER_ARRIVED = sa.text("status IN ('undelivered', 'failed', 'canceled')")
_HAS_MESSAGE = sa.text("message_id IS NOT NULL")


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> Any:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("late_at", _moment(), nullable=True))
        batch_op.create_index(
            "ix_message_never_arrived",
            ["sent_at"],
            unique=False,
            sqlite_where=_NEVER_ARRIVED,
            postgresql_where=_NEVER_ARRIVED,
        )
    op.create_table(
        "campaign",
        sa.Column("id", _key(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("who", _json(), nullable=False),
        sa.Column("wording", _json(), nullable=False),
        sa.Column("asks", sa.String(), nullable=True),
        sa.Column("hold_out", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("measure_days", sa.Integer(), nullable=False),
        sa.Column("starts_at", _moment(), nullable=True),
        sa.Column("late_after_days", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", _key(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("started_at", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["adviser.id"], name=op.f("fk_campaign_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("ref", name=op.f("uq_campaign_ref")),
    )
    op.create_table(
        "campaign_roll",
        sa.Column("campaign_id", _key(), nullable=False),
        sa.Column("people", _json(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_roll_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_roll")),
    )
    op.create_table(
        "saved_filter",
        sa.Column("id", _key(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("who", _json(), nullable=False),
        sa.Column("made_by_id", _key(), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["adviser.id"], name=op.f("fk_saved_filter_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_filter_name")),
    )
    op.create_table(
        "plan_version",
        sa.Column("id", _key(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", _json(), nullable=False),
        sa.Column("since", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("plan", "version", name=op.f("uq_plan_version_plan_version")),
    )
    op.create_table(
        "follow_up_outlook",
        sa.Column("young_person_id", _key(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["young_person_id"], ["young_person.id"], name=op.f("fk_follow_up_outlook_young_person_id")
        ),
        sa.PrimaryKeyConstraint("young_person_id", name=op.f("pk_follow_up_outlook")),
    )
    with op.batch_alter_table("follow_up_outlook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_outlook_look_on"), ["look_on"], unique=False)
    # nothing has written to the old table: it is made anew
    op.drop_table("follow_up")
    op.create_table(
        "follow_up",
        sa.Column("id", _key(), nullable=False),
        sa.Column("young_person_id", _key(), nullable=False),
        sa.Column("campaign_id", _key(), nullable=True),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("late_at", _moment(), nullable=True),
        sa.Column("late_rule", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("asks", sa.String(), nullable=True),
        sa.Column("says", sa.String(), nullable=True),
        sa.Column("about", _json(), nullable=False),
        sa.Column("rules", _json(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("hold_reason", sa.String(), nullable=True),
        sa.Column("message_id", _key(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", _moment(), nullable=True),
        sa.Column("answer_message_id", _key(), nullable=True),
        sa.Column("stops_plan", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("by_adviser_id", _key(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["answer_message_id"], ["message.id"], name=op.f("fk_follow_up_answer_message_id")),
        sa.ForeignKeyConstraint(["by_adviser_id"], ["adviser.id"], name=op.f("fk_follow_up_by_adviser_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_follow_up_campaign_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_follow_up_message_id")),
        sa.ForeignKeyConstraint(["young_person_id"], ["young_person.id"], name=op.f("fk_follow_up_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint(
            "young_person_id",
            "plan",
            "occasion",
            "step",
            "plan_version",
            name=op.f("uq_follow_up_young_person_id_plan_occasion_step_plan_version"),
        ),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_young_person_id"), ["young_person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(
            "ix_follow_up_due",
            ["importance", "due_at"],
            unique=False,
            sqlite_where=_PLANNED,
            postgresql_where=_PLANNED,
        )
        batch_op.create_index(
            "ix_follow_up_queued", ["message_id"], unique=False, sqlite_where=_QUEUED, postgresql_where=_QUEUED
        )
        batch_op.create_index(
            "ix_follow_up_sent", ["ended_at"], unique=False, sqlite_where=_SENT, postgresql_where=_SENT
        )
        batch_op.create_index(
            "ix_follow_up_message_id",
            ["message_id"],
            unique=False,
            sqlite_where=_HAS_MESSAGE,
            postgresql_where=_HAS_MESSAGE,
        )


def downgrade() -> None:
    op.drop_table("follow_up")
    op.create_table(
        "follow_up",
        sa.Column("id", _key(), nullable=False),
        sa.Column("young_person_id", _key(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("due_at", _moment(), nullable=False),
        sa.Column("message_id", _key(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_follow_up_message_id")),
        sa.ForeignKeyConstraint(["young_person_id"], ["young_person.id"], name=op.f("fk_follow_up_young_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint(
            "young_person_id",
            "plan",
            "occasion",
            "plan_version",
            name=op.f("uq_follow_up_young_person_id_plan_occasion_plan_version"),
        ),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_young_person_id"), ["young_person_id"], unique=False)
    op.drop_table("follow_up_outlook")
    op.drop_table("plan_version")
    op.drop_table("saved_filter")
    op.drop_table("campaign_roll")
    op.drop_table("campaign")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_never_arrived")
        batch_op.drop_column("late_at")
