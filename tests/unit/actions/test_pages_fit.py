"""A page of three courses fits two segments of a text message, however long their names are."""

from typing import Any

import pytest

from casework.gsm7 import measure
from casework.voice import Voice

LONG: dict[str, Any] = {
    "title": "Extended Diploma in Theatrical, Special Effects, Hair and Media Make-up for Beginners and Others",
    "provider_name": "The Lower Saxonbury and District College of Further and Higher Education and Training",
    "town": "Saxonbury-under-the-Downs near Thornminster",
    "distance_miles": 12.3,
    "start": "2027-09-06",
    "roll_on": False,
    "places": "waiting_list",
    "unknown": ["level", "days"],
    "level": "unknown",
}
ASKED = {
    "subject": "Agriculture, land management and everything else that grows outdoors",
    "words": None,
    "level": "Level 2",
    "place": "Saxonbury-under-the-Downs",
    "provider": None,
    "route": "apprenticeship",
    "start": "2027-01-01",
    "now": False,
    "days": "-fri",
    "age": 16,
}


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("key", ["course_list", "course_list_more", "courses_near"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_it_fits(voice: Voice, language: str, key: str, count: int) -> None:
    args = {"asked": ASKED, "hits": [LONG] * count, "total": 1234, "left": 1231, "near_me": "age",
            "relaxed": ["place", "level", "days", "age"], "name": "Jade", "service": "Onward"}  # fmt: skip
    text = voice.render(key, args, language=language, channel="sms").text
    measured = measure(text)
    assert (measured.encoding, measured.segments <= 2) == ("gsm7", True), text
    assert len([line for line in text.splitlines() if line[:2] in ("1.", "2.", "3.")]) == count, "each on its own line"
    assert text.count("waiting list" if language == "en" else "rhestr aros") == count, "it is said that it is full"
