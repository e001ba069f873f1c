"""What one run does, drawn from its seed: who texts what, who is killed at which step, what Twilio does badly."""

import random
from dataclasses import dataclass, field

from channels.steps import STEPS

WEB_STEPS = tuple(name for name in STEPS if name.startswith(("inbox.", "report.")))
WORKER_STEPS = tuple(name for name in STEPS if name.startswith(("turn.", "send.")))
TARGETS = (*WEB_STEPS, *WORKER_STEPS, "bot")
"""Everything that can be killed; run n is sure to kill target n (and more, by chance)."""

TROUBLE: dict[str, dict[str, object]] = {
    "taken, then the connection breaks": {"kind": "drop_after"},
    "the connection breaks, not taken": {"kind": "drop_before"},
    "too many requests": {"kind": "refuse", "code": 20429},
    "taken, then an error without a word of Twilio's": {"kind": "server_error", "bare": True, "accept": True},
    "slower than we wait": {"kind": "delay", "seconds": 1.2},
    "the list does not answer": {"kind": "server_error", "method": "GET"},
}
"""What Twilio may do badly in a run.

A text that Twilio takes only after we have stopped waiting *and* asked its list cannot be told from one that it never
took: that is the one case in which a message may go twice, so "slower than we wait" stays within the grace.
"""

WORDS = ("hello", "two please", "effect of this", "two with effect", "ok")


@dataclass(frozen=True)
class Sent:
    """One text from a young person."""

    number: str
    sid: str
    text: str

    @property
    def replies(self) -> int:
        """How many replies the stand-in gives it."""
        return 2 if "two" in self.text else 1

    @property
    def effects(self) -> int:
        """How many effects it has."""
        return 1 if "effect" in self.text else 0


@dataclass
class Plan:
    """One run."""

    seed: int
    texts: dict[str, list[Sent]]
    kills: dict[str, list[str]]
    faults: list[str] = field(default_factory=list)
    kill_bot_after: float | None = None
    """Seconds after it can answer that the real bot is killed: in the middle of the turns that wait for it."""
    redeliver: float = 0.3
    """Chance that a webhook is delivered again although it was answered."""


REAL_WORDS = ("hello", "any falconry courses in deal", "thanks", "whos my adviser", "any underwater basket weaving")
"""Texts for the real bot; those that the prospectus has nothing for leave a trace of unmet demand."""


def draw_real(seed: int) -> Plan:
    """A run with the real bot, which takes seconds to start: it and the worker or the web process are killed."""
    rng = random.Random(f"real {seed}")
    plan = draw(seed, target=TARGETS[seed % (len(TARGETS) - 1)])
    for number, texts in plan.texts.items():
        plan.texts[number] = [Sent(sent.number, sent.sid, rng.choice(REAL_WORDS)) for sent in texts]
    kills = {name: plan.kills[name] for name in ("web", "worker")}
    return Plan(plan.seed, plan.texts, kills | {"rasa": []}, plan.faults, kill_bot_after=rng.uniform(0, 0.15))


def draw(seed: int, *, target: str | None = None, provider_faults: bool = True) -> Plan:
    """The run of this seed; whoever first passes ``target`` is killed there, and others by chance."""
    rng = random.Random(seed)
    texts = {}
    for n in range(rng.randint(2, 4)):
        number = f"+4477009001{n:02d}"
        texts[number] = [
            Sent(number, f"SM{seed:08x}{n:02d}{i:022d}", f"{rng.choice(WORDS)} {n}.{i}")
            for i in range(rng.randint(2, 4))
        ]
    kills: dict[str, list[str]] = {"web": [], "worker": [], "bot": []}
    if target is not None:
        _add(kills, target, 1)
    for _ in range(rng.randint(0, 3)):
        _add(kills, rng.choice(TARGETS), rng.randint(1, 3))
    faults = [rng.choice(tuple(TROUBLE)) for _ in range(rng.choice((0, 0, 1, 2)))] if provider_faults else []
    return Plan(seed, texts, kills, faults)


def part_of(target: str) -> str:
    """Which part passes this step."""
    if target == "bot":
        return "bot"
    return "web" if target in WEB_STEPS else "worker"


def _add(kills: dict[str, list[str]], target: str, count: int) -> None:
    kills[part_of(target)].append(str(count) if target == "bot" else f"{target}:{count}")
