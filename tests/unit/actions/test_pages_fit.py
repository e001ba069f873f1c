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


@pytest.mark.parametrize(("language", "said"), [("en", "near Canterbury"), ("cy", "ger Canterbury")])
@pytest.mark.parametrize("relaxed", [["place"], ["place", "level"]])
@pytest.mark.parametrize("title", ["T Level Education and Early Years", LONG["title"]])
def test_near_misses_say_where_there_is_none(
    voice: Voice, language: str, said: str, relaxed: list[str], title: str
) -> None:
    hits = [LONG | {"title": title}] * 3
    args = {"asked": ASKED | {"place": "Canterbury"}, "hits": hits, "relaxed": relaxed, "name": "Jade"}
    assert said in voice.render("courses_near", args, language=language, channel="sms").text


def test_near_misses_say_how_far_they_are_where_there_is_room(voice: Voice) -> None:
    hit = LONG | {"title": "T Level Education and Early Years", "provider_name": "Quillmere School Sixth Form",
                  "town": "Ashford", "places": "available"}  # fmt: skip
    args = {"asked": ASKED | {"place": "Canterbury"}, "hits": [hit] * 3, "relaxed": ["place"], "name": "Jade"}
    text = voice.render("courses_near", args, language="en", channel="sms").text
    assert text.count("(12 miles)") == 3
    assert measure(text).segments == 2
