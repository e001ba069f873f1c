"""Every question of follow-up can be asked again in short, in both languages."""

from pathlib import Path

import pytest

from casework.followup.questions import Questions
from casework.voice import Voice

DATA = Path(__file__).parents[4] / "data"
VOICE = Voice.load(DATA)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_question_has_its_own_words_when_it_is_asked_again(language: str) -> None:
    general = VOICE.render("followup_again", {"ask": "no_such", "about": {}}, language=language, channel="sms")
    assert general.language == language
    for key in Questions.load(DATA).by_key:
        said = VOICE.render("followup_again", {"ask": key, "about": {}}, language=language, channel="sms")
        assert said.text != general.text, f"{key} has no label in followup_again"
        assert "1" not in said.text.replace("11", "").replace("18", ""), "numbers pick from what was offered since"
