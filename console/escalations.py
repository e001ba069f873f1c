"""Open escalations: acknowledge, and close with a note."""

from starlette.responses import RedirectResponse, Response

from casework import escalations
from casework.db import reading, writing
from casework.escalations import Item
from console.rendering import BASE
from console.visit import NotHere, Visit

LIST = BASE + "/escalations"


def listed(visit: Visit) -> Response:
    """Every open escalation that the adviser may see."""
    with reading(visit.console.engine) as session:
        items = escalations.open_escalations(session, visit.scope(session))
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_escalations", ids=[item.escalation.id for item in items][:200])
    done = visit.request.query_params.get("done")
    return visit.page(
        "escalations.html",
        nav="escalations",
        items=items,
        done={"acknowledged": "You have acknowledged the escalation.", "closed": "The escalation is closed."}.get(
            done or ""
        ),
    )


def one(visit: Visit) -> Response:
    """One escalation, with the form that closes it, or with how it was closed."""
    return _show(visit)


def acknowledge(visit: Visit) -> Response:
    """Say that somebody has seen it."""
    item = _item(visit)
    with writing(visit.console.engine) as session:
        escalations.acknowledge(session, item.escalation.id or 0, visit.adviser, visit.now)
    return RedirectResponse(_back(visit, item, "acknowledged"), status_code=303)


def close(visit: Visit) -> Response:
    """Close it with a note; 422 with the form again without one."""
    item, note = _item(visit), visit.form.get("note", "")
    try:
        with writing(visit.console.engine) as session:
            escalations.close(session, item.escalation.id or 0, visit.adviser, note, visit.now)
    except escalations.EscalationError as refused:
        return _show(visit, status=422, error=str(refused), note=note)
    return RedirectResponse(f"{LIST}?done=closed", status_code=303)


def _show(visit: Visit, *, status: int = 200, error: str | None = None, note: str = "") -> Response:
    item = _item(visit)
    with writing(visit.console.engine) as session:
        visit.audit(
            session,
            "viewed_escalation",
            young_person_id=item.escalation.young_person_id,
            conversation_id=item.escalation.conversation_id,
            escalation=item.escalation.id,
        )
    return visit.page("escalation.html", status=status, nav="escalations", item=item, error=error, note=note)


def _item(visit: Visit) -> Item:
    escalation_id = int(visit.request.path_params["escalation"])
    with reading(visit.console.engine) as session:
        item = escalations.item(session, visit.scope(session), escalation_id) if escalation_id < 2**63 else None
    if item is None:
        raise NotHere(f"escalation {escalation_id}")
    return item


def _back(visit: Visit, item: Item, done: str) -> str:
    """Back to where the button was: the list, or the young person's transcript."""
    if visit.form.get("from") != "transcript":
        return f"{LIST}?done={done}#escalation-{item.escalation.id}"
    if item.young_person is not None:
        return f"{BASE}/people/{item.young_person.ref}?done={done}"
    if item.conversation is not None:
        return f"{BASE}/conversations/{item.conversation.id}?done={done}"
    return f"{LIST}?done={done}"
