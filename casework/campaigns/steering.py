"""Pausing, resuming and stopping a campaign, and closing it when its last contact has ended."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, exists, select, update
from sqlmodel import Session, col

from casework import audit
from casework.campaigns.drafts import CampaignError, by_ref, lock
from casework.campaigns.pacing import schedule
from casework.campaigns.starting import BATCH, go_on, in_batches
from casework.db import reading, writing
from casework.hours import SendingPolicy
from casework.tables import Campaign, FollowUp, YoungPerson

STOPPED = "campaign_stopped"
_row = FollowUp.__table__  # type: ignore[attr-defined]
_MOVE = update(_row).where(_row.c.id == bindparam("the_row"), _row.c.status == "planned")
_MOVE = _MOVE.values(due_at=bindparam("the_due"), late_at=bindparam("the_late"), hold_reason=None)


def pause(session: Session, ref: str, actor: str, now: datetime) -> None:
    """What has not gone waits. What is in the outbox already still goes. Raises ``CampaignError``."""
    campaign = lock(session, ref)
    if campaign.status == "paused":
        return
    if campaign.status != "running":
        raise CampaignError("Only a campaign that is running can be paused")
    campaign.status = "paused"
    audit.record(session, at=now, actor=actor, action="paused_campaign", campaign=ref)


def resume(engine: Engine, ref: str, actor: str, now: datetime, policy: SendingPolicy) -> int:
    """Let it go on, spread anew from now on by its rate; answers how many wait. Raises ``CampaignError``.

    It is paused until all of them have their new time: cut short, it is simply resumed again.
    """
    with reading(engine) as session:
        campaign = by_ref(session, ref)
        if campaign is None or campaign.status not in ("running", "paused"):
            raise CampaignError("Only a campaign that is paused can go on")
        if campaign.status == "running":
            return 0
        waiting = session.execute(
            select(_row.c.id, col(YoungPerson.nation))
            .join(YoungPerson, col(YoungPerson.id) == _row.c.young_person_id)
            .where(_row.c.campaign_id == campaign.id, _row.c.status == "planned")
            .order_by(_row.c.due_at, _row.c.id)
        ).all()
    first = max(now, campaign.starts_at) if campaign.starts_at else now
    due = schedule([nation for _, nation in waiting], first, campaign.per_hour, policy)
    late = timedelta(days=campaign.late_after_days)
    moved = ({"the_row": row, "the_due": at, "the_late": at + late} for (row, _), at in zip(waiting, due, strict=True))
    for some in in_batches(moved, BATCH):
        with writing(engine) as session:
            session.connection().execute(_MOVE, some)
    with writing(engine) as session:
        campaign = lock(session, ref)
        if campaign.status == "paused":
            campaign.status = "running"
            audit.record(session, at=now, actor=actor, action="resumed_campaign", campaign=ref, waiting=len(waiting))
    return len(waiting)


def stop(engine: Engine, ref: str, actor: str, now: datetime) -> int:
    """End it: what has not gone never goes. Answers how many contacts ended so. Raises ``CampaignError``."""
    with writing(engine) as session:
        campaign = lock(session, ref)
        if campaign.status not in ("starting", "running", "paused", "stopped"):
            raise CampaignError("Only a campaign that was started, and has not ended, can be stopped")
        if campaign.status != "stopped":
            campaign.status, campaign.ended_at = "stopped", now
            audit.record(session, at=now, actor=actor, action="stopped_campaign", campaign=ref)
        id_ = campaign.id or 0
    return _end_rest(engine, id_, now)


def tend(engine: Engine, now: datetime, policy: SendingPolicy, *, patience: timedelta = timedelta(minutes=2)) -> int:
    """What a worker does now and then: go on with a start or stop that was cut short, close what has ended.

    Answers how many campaigns were closed. Cheap where there is nothing to do.
    """
    with reading(engine) as session:
        starting = session.execute(
            select(col(Campaign.ref)).where(
                col(Campaign.status) == "starting", col(Campaign.started_at) <= now - patience
            )
        ).scalars()
        refs = list(starting)
        left_over = exists().where(_row.c.campaign_id == Campaign.id, _row.c.status == "planned")
        lately = col(Campaign.ended_at) > now - timedelta(days=1)
        stopped = session.execute(
            select(col(Campaign.id)).where(col(Campaign.status) == "stopped", lately, left_over)
        ).scalars()
        ids = [id_ for id_ in stopped if id_ is not None]
    for ref in refs:
        go_on(engine, ref, now, policy)
    for id_ in ids:
        _end_rest(engine, id_, now)
    return _close(engine, now)


def _end_rest(engine: Engine, campaign_id: int, now: datetime) -> int:
    ended = 0
    while True:
        with writing(engine) as session:
            some = (
                select(_row.c.id).where(_row.c.campaign_id == campaign_id, _row.c.status == "planned").limit(BATCH * 4)
            )
            values = {"status": "ended", "outcome": "skipped", "reason": STOPPED, "ended_at": now}
            done = session.connection().execute(
                update(_row).where(_row.c.id.in_(some), _row.c.status == "planned").values(**values)
            )
            ended += done.rowcount
        if not done.rowcount:
            return ended


def _close(engine: Engine, now: datetime) -> int:
    still = exists().where(_row.c.campaign_id == Campaign.id, _row.c.status != "ended")
    with reading(engine) as session:
        refs = list(
            session.execute(select(col(Campaign.ref)).where(col(Campaign.status) == "running", ~still)).scalars()
        )
    for ref in refs:
        with writing(engine) as session:
            campaign = lock(session, ref)
            if campaign.status == "running":
                campaign.status, campaign.ended_at = "done", now
    return len(refs)
