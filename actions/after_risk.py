"""What is said to a yes or an ok after somebody has told of something serious: who knows, and who is there now.

A menu of courses would be the wrong answer to "yes tell her".
"""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from actions.base import Talk
from casework.tables import Message

LATELY = timedelta(hours=12)
"""How long after it a yes or an ok is still about that."""
MOST_LOOKED_AT = 12


def still_told(talk: Talk) -> bool:
    """Say once more that it was passed on, where that was lately and nobody has answered them since."""
    query = (
        select(Message.purpose, Message.author, Message.key, Message.args)
        .where(
            Message.conversation_id == talk.conversation_id,
            Message.direction == "out",
            col(Message.created_at) > talk.now - LATELY,
        )
        .order_by(col(Message.id).desc())
        .limit(MOST_LOOKED_AT)
    )
    helplines: list[Any] | None = None
    told: dict[str, Any] | None = None
    for purpose, author, key, args in talk.session.exec(query):
        if author == "adviser":
            break
        if purpose != "safeguarding":
            continue
        if key == "safeguarding_told":
            told = told or dict(args or {})
        elif helplines is None:
            helplines = (args or {}).get("helplines")
    if told is None:
        return False
    at = told.get("at")
    talk.say(
        "still_told",
        adviser=told.get("adviser"),
        at=at if at and datetime.fromisoformat(at) > talk.now else None,
        helplines=helplines or [],
    )
    return True
