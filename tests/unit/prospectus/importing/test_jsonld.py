"""schema.org Course, in the shapes in which pages and files write it."""

import json
from datetime import date
from typing import Any

import pytest

from tests.unit.prospectus.importing.conftest import Feeds

PROVIDER = {
    "@type": "CollegeOrUniversity", "@id": "https://brightwater.example/#org", "name": "Brightwater College",
    "telephone": "01632 960100", "url": "https://brightwater.example",
    "address": {"@type": "PostalAddress", "addressLocality": "Margate", "postalCode": "CT9 1AA"},
}  # fmt: skip
INSTANCE = {
    "@type": "CourseInstance", "@id": "https://brightwater.example/plumbing#sep", "startDate": "2027-09-06",
    "endDate": "2028-07-14", "courseMode": ["onsite", "full-time"], "applicationDeadline": "2027-06-30",
    "courseSchedule": {"@type": "Schedule", "byDay": ["https://schema.org/Monday", "Tuesday"], "startTime": "09:30",
                       "endTime": "16:00:00", "repeatCount": 36, "repeatFrequency": "Weekly"},
    "location": {"@type": "Place", "name": "Harbour site", "address": {"addressLocality": "Ramsgate",
                 "postalCode": "CT11 9ZZ"}, "geo": {"latitude": 51.334, "longitude": 1.42}},
}  # fmt: skip
COURSE = {
    "@context": "https://schema.org", "@type": "Course", "@id": "https://brightwater.example/plumbing#course",
    "name": "Plumbing", "courseCode": "PLUMB2", "description": "<p>Pipes &amp; boilers</p>",
    "url": "https://brightwater.example/plumbing", "provider": PROVIDER, "educationalLevel": "Level 2",
    "coursePrerequisites": ["Two GCSEs", "An interview"], "keywords": "pipes, boilers", "typicalAgeRange": "16-18",
    "educationalCredentialAwarded": {"@type": "EducationalOccupationalCredential", "name": "Diploma"},
    "offers": {"@type": "Offer", "price": 120.5, "priceCurrency": "GBP"}, "hasCourseInstance": INSTANCE,
    "dateModified": "2026-10-01T09:00:00Z",
}  # fmt: skip


def told(value: Any) -> str:
    return json.dumps(value, indent=1)


def test_a_course_is_taken_whole(feeds: Feeds) -> None:
    report = feeds.take(told(COURSE))
    assert (report.courses_taken, report.runs_taken, report.repairs, report.source) == (1, 1, [], "Brightwater College")
    taken, start = feeds.course(), feeds.run()
    assert (taken.title, taken.subject, taken.level, taken.route) == ("Plumbing", "plumbing", "2", "college")
    assert (taken.summary, taken.qualification, taken.cost) == ("Pipes & boilers", "Diploma", "£120.50")
    assert taken.entry_requirements == "Two GCSEs\nAn interview"
    assert (taken.min_age, taken.max_age, taken.keywords) == (16, 18, ["pipes", "boilers"])
    assert (taken.url, taken.checked_on) == ("https://brightwater.example/plumbing", date(2026, 10, 1))
    assert (start.start, start.end, start.apply_by) == (date(2027, 9, 6), date(2028, 7, 14), date(2027, 6, 30))
    assert (start.days, start.hours, start.duration) == ("Mon, Tue", "09:30 to 16:00", "36 weeks")
    assert (start.town, start.postcode, start.latitude) == ("Ramsgate", "CT11 9ZZ", 51.334)
    assert start.extra == {"study_mode": "full time", "delivery": "at the provider", "venue": "Harbour site"}
    (provider,) = feeds.providers()
    assert (provider.name, provider.town, provider.phone) == ("Brightwater College", "Margate", "01632 960100")


def page(*blocks: str) -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{block}</script>\n<script>var x = "<p>";</script>' for block in blocks
    )
    return f"<!DOCTYPE html>\n<html><head><title>Plumbing</title>\n{scripts}</head><body></body></html>"


POINTING = [
    {**COURSE, "provider": {"@id": PROVIDER["@id"]}, "hasCourseInstance": [{"@id": INSTANCE["@id"]}]},
    INSTANCE,
    PROVIDER,
]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        told([COURSE]),
        told({"@context": "https://schema.org", "@graph": [COURSE]}),
        told({"@context": "https://schema.org", "@graph": POINTING}),
        told({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": COURSE}]}),
        told({**PROVIDER, "hasCourse": [COURSE]}),
        json.dumps(COURSE),
        "\ufeff" + told(COURSE),
        page(told(COURSE)),
        page(told({"@type": "WebPage", "mainEntity": COURSE})),
        page('{"@type": "BreadcrumbList"}', json.dumps({"@graph": POINTING})),
        told({**COURSE, "@type": ["Course", "Product"]}),
        told({**COURSE, "@type": "http://schema.org/Course"}),
    ],
)
def test_every_shape_says_the_same(feeds: Feeds, content: str) -> None:
    report = feeds.take(content)
    assert (report.reason, report.courses_taken, report.runs_taken, report.courses_refused) == (None, 1, 1, 0)
    assert (feeds.course().title, feeds.run().town) == ("Plumbing", "Ramsgate")
    assert feeds.providers()[0].name == "Brightwater College"


def test_utf_16(feeds: Feeds) -> None:
    assert feeds.take(told({**COURSE, "name": "Café work"}).encode("utf-16")).courses_taken == 1
    assert feeds.course().title == "Café work"


def test_what_is_not_said_stays_unknown(feeds: Feeds) -> None:
    feeds.take(told({"@type": "Course", "name": "Patchwork", "url": "https://dunes.example/p", "provider": "Dunes"}))
    taken = feeds.course()
    assert (taken.level, taken.subject, taken.cost, taken.entry_requirements) == ("unknown", "other", None, None)
    assert feeds.runs() == []
    assert feeds.providers()[0].town == "place not known"


def test_courses_that_lack_something_are_refused_with_their_line(feeds: Feeds) -> None:
    nameless = {**COURSE, "name": "", "courseCode": "B"}
    nobodys = {"@type": "Course", "name": "Welding", "courseCode": "C"}
    anonymous = {"@type": "Course", "name": "Welding", "provider": "Dunes"}
    content = "[\n" + ",\n".join(json.dumps(one) for one in (COURSE, nameless, nobodys, anonymous, COURSE)) + "\n]"
    report = feeds.take(content)
    assert report.courses_taken == 1
    assert [row["line"] for row in report.refused] == [3, 4, 5, 6]
    assert "no name" in report.refused[0]["reason"]
    assert "line 2" in report.refused[3]["reason"]


@pytest.mark.parametrize(
    "content", ['{"@type": "Course", "name": "A"', '[{"@type": "Course"}, ', '{"a": tru}', "[1, 2", "{'a': 1}"]
)
def test_broken_json_is_refused(feeds: Feeds, content: str) -> None:
    report = feeds.take(content)
    assert (report.status, report.refused[0]["line"]) == ("refused", 1)


def test_a_broken_block_of_a_page_costs_only_itself(feeds: Feeds) -> None:
    report = feeds.take(page('{"@type": "Course", ', told(COURSE)))
    assert (report.courses_taken, report.courses_refused) == (1, 1)
    assert report.refused[0]["line"] == 3


@pytest.mark.parametrize(
    ("more", "places", "left"),
    [
        ({"offers": {"availability": "https://schema.org/SoldOut"}}, "full", None),
        ({"remainingAttendeeCapacity": 0}, "full", 0),
        ({"remainingAttendeeCapacity": 4}, "available", 4),
        ({"offers": {"availability": "https://schema.org/InStock"}}, "unknown", None),
    ],
)
def test_whether_there_is_room(feeds: Feeds, more: dict[str, Any], places: str, left: int | None) -> None:
    feeds.take(told({**COURSE, "hasCourseInstance": {**INSTANCE, **more}}))
    assert (feeds.run().places, feeds.run().places_left) == (places, left)


def test_online_and_other_money(feeds: Feeds) -> None:
    online = {"@type": "CourseInstance", "courseMode": "online", "courseWorkload": "PT22H"}
    offer = {"@type": "Offer", "price": "99", "priceCurrency": "EUR"}
    feeds.take(told({**COURSE, "offers": offer, "hasCourseInstance": online}))
    assert (feeds.run().town, feeds.run().extra["workload"]) == ("Online", "22 hours")
    assert feeds.course().cost == "99 EUR"


@pytest.mark.parametrize("shape", ["[[{0}]]", "[[[{0}]], []]", '{{"@graph": [[{0}]]}}'])
def test_lists_inside_lists_lose_nothing(feeds: Feeds, shape: str) -> None:
    report = feeds.take(shape.format(told(COURSE)))
    assert (report.courses_taken, report.runs_taken, report.courses_refused) == (1, 1, 0)
