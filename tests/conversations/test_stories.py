"""Golden conversations: one story a file, played through real Rasa and the real path, compared word for word.

A story begins as ``title``, ``from``, ``now`` and the ``in`` of each turn. ``--refresh`` writes the rest: keys and
words of the replies, effects, and what the record holds at the end. What it wrote is read in review like code.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from onward.replay import Replayer
from onward.script import read_script

STORIES = Path(__file__).parent / "stories"
NOW = "2026-09-01T10:00:00+01:00"
"""A Tuesday morning in term, for stories that name no time."""

GIVEN = ("at", "prompt", "about", "web", "in")
"""What a story says of a turn itself: when, what the assistant asks first, or what they write and where."""

pytestmark = pytest.mark.rasa


class _Block(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and nothing as an anchor."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Block.add_representer(str, _text)


def played(replayer: Replayer, story: dict[str, Any]) -> dict[str, Any]:
    """The story as it happens now."""
    script = {
        "turns": [
            {("text" if name == "in" else name): turn[name] for name in GIVEN if name in turn}
            for turn in story["turns"]
        ],
        "from": story.get("from"),
        "nation": story.get("nation"),
        "now": story.get("now", NOW),
    }
    result = replayer.play(read_script(json.dumps(script), 1, None))  # type: ignore[arg-type]
    turns = []
    for told, turn in zip(story["turns"], result["turns"], strict=True):
        kept = {name: told[name] for name in GIVEN if name in told}
        turns.append(kept | {"replies": [{reply["key"]: reply["text"]} for reply in turn["replies"]]})
        if turn["effects"]:
            turns[-1]["effects"] = turn["effects"]
    head = {name: story[name] for name in ("title", "why", "from", "nation", "now") if name in story}
    return head | {"turns": turns, "record": result["record"]}


@pytest.mark.parametrize("path", sorted(STORIES.glob("*.yml")), ids=lambda path: path.stem)
def test_story(path: Path, replayer: Replayer, request: pytest.FixtureRequest) -> None:
    story = yaml.safe_load(path.read_text())
    now = played(replayer, story)
    if request.config.getoption("--refresh", default=False):
        path.write_text(yaml.dump(now, Dumper=_Block, sort_keys=False, allow_unicode=True, width=110))
        return
    assert now == story


def test_there_are_stories() -> None:
    assert len(list(STORIES.glob("*.yml"))) >= 20
