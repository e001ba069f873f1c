"""The words for the stages of a destination, and what follows what.

A plan is what somebody means to do: ``intended``. An application is one place that they are after: it climbs the
ladder from ``applied`` to ``started``, and an ending closes it. Every stage is a fact of its own; none stands for
another, and a later one never takes an earlier one back.
"""

from typing import Literal, get_args

Stage = Literal[
    "intended",
    "applied",
    "interview",
    "offered",
    "accepted",
    "enrolled",
    "started",
    "no_show",
    "rejected",
    "declined",
    "withdrawn",
    "leaving",
    "left",
    "planned_end",
    "not_appropriate",
]
STAGES: tuple[Stage, ...] = get_args(Stage)

PLAN = "intended"

LADDER = ("applied", "interview", "offered", "accepted", "enrolled", "started")
"""How far an application has come. Hearing of a lower one again takes nothing back."""

ENDINGS = ("no_show", "rejected", "declined", "withdrawn", "leaving", "left")
"""What closes an application, until something of the ladder follows it.

rejected: the provider said no. declined: they turned an offer down. withdrawn: they took the application back.
leaving: still there, and known to be going.
"""

NOTES = ("planned_end",)
"""What adds to an application without moving it."""

NO_OFFER_NEEDED = "not_appropriate"
"""An adviser's word that an offer is not appropriate for this young person now. Belongs to no application."""

OFFER = frozenset({"offered", "accepted", "declined", "enrolled", "started", "leaving", "left"})
"""Stages that nobody comes to without an offer; not turning up to enrol is one too."""

TAKEN_UP = frozenset({"accepted", "enrolled", "started", "leaving"})

APPLICATION = frozenset((*LADDER, *ENDINGS, *NOTES))
