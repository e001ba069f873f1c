"""XCRI-CAP as it is written, with the faults that real feeds have."""

from datetime import date

import pytest

from tests.unit.prospectus.importing.conftest import Feeds, course, presentation, xcri


def test_a_course_with_a_start_is_taken_whole(feeds: Feeds) -> None:
    inside = """
    <dc:description><![CDATA[<p>Pipes &amp; boilers.</p><ul><li>Hot water</li></ul>]]></dc:description>
    <dc:subject>pipes, boilers</dc:subject><dc:type>Diploma</dc:type>
    <mlo:url>https://brightwater.example/plumbing</mlo:url>
    <applicationProcedure>Use our form.</applicationProcedure>
    <mlo:prerequisite>Two GCSEs at grade 3</mlo:prerequisite>
    <mlo:qualification><dcterms:educationLevel>2</dcterms:educationLevel></mlo:qualification>"""
    run = presentation(
        inside="""<mlo:start dtf="2027-09-06">06 September 2027</mlo:start><end>14 July 2028</end>
        <mlo:duration interval="P1Y"/><applyUntil>2027-06-30</applyUntil>
        <studyMode identifier="FT">Full time</studyMode><attendancePattern>EV</attendancePattern>
        <mlo:cost>250</mlo:cost><age>16-18</age>
        <venue><provider><dc:title>Harbour site</dc:title><mlo:location><mlo:town>Ramsgate</mlo:town>
        <mlo:postcode>ct11 9zz</mlo:postcode></mlo:location></provider></venue>"""
    )
    report = feeds.take(xcri(course(1, "Plumbing", inside, run), head='generated="2026-11-20T04:00:00Z"'))
    assert (report.courses_taken, report.runs_taken, report.courses_refused, report.repairs) == (1, 1, 0, [])
    taken, start = feeds.course(), feeds.run()
    assert (taken.subject, taken.level, taken.route, taken.qualification) == ("plumbing", "2", "college", "Diploma")
    assert taken.summary == "Pipes & boilers.\n\n- Hot water"
    assert taken.entry_requirements == "Two GCSEs at grade 3"
    assert (taken.how_to_apply, taken.url) == ("Use our form.", "https://brightwater.example/plumbing")
    assert (taken.min_age, taken.max_age, taken.cost) == (16, 18, "£250")
    assert taken.keywords == ["pipes", "boilers"]
    assert (taken.source, taken.checked_on) == ("Brightwater College", date(2026, 11, 20))
    assert (start.start, start.end, start.apply_by) == (date(2027, 9, 6), date(2028, 7, 14), date(2027, 6, 30))
    assert (start.town, start.postcode, start.duration, start.hours) == ("Ramsgate", "CT11 9ZZ", "1 year", "Evenings")
    assert start.extra == {"study_mode": "full time", "venue": "Harbour site", "cost": "£250"}
    (provider,) = feeds.providers()
    assert (provider.name, provider.kind, provider.town) == ("Brightwater College", "fe_college", "Margate")
    assert (provider.phone, provider.source_ref) == ("01632 960100", "10099901")


def test_what_is_not_said_stays_unknown(feeds: Feeds) -> None:
    feeds.take(xcri(course(1, "Patchwork circle", runs=presentation())))
    taken, start = feeds.course(), feeds.run()
    assert (taken.subject, taken.level) == ("other", "unknown")
    unknown = (taken.entry_requirements, taken.cost, taken.min_age, taken.how_to_apply, taken.url, taken.qualification)
    assert unknown == (None,) * 6
    assert (start.start, start.roll_on, start.end, start.places, start.places_left) == (
        None,
        False,
        None,
        "unknown",
        None,
    )
    assert start.town == "Margate"  # at its provider's


def test_a_course_without_starts_is_taken(feeds: Feeds) -> None:
    report = feeds.take(xcri(course(1)))
    assert (report.courses_taken, report.runs_taken) == (1, 0)


def test_a_malformed_first_element_is_repaired_and_reported(feeds: Feeds) -> None:
    report = feeds.take(xcri(course(1), head='xsi:schemaLocation="https://brightwater.example/a.xsd""'))
    assert report.courses_taken == 1
    assert report.repairs == ['Line 2: the first element, <catalog>, was malformed; a stray " was dropped.']


def test_attributes_run_together_are_told_apart(feeds: Feeds) -> None:
    report = feeds.take(xcri(course(1), head='generated="2026-11-01T00:00:00Z"version="1.2"'))
    assert report.courses_taken == 1
    assert feeds.course().checked_on == date(2026, 11, 1)


def test_the_written_date_counts_for_more_than_a_shifted_attribute(feeds: Feeds) -> None:
    start = '<mlo:start dtf="2017-05-10">11 May 2017</mlo:start>'
    report = feeds.take(xcri(course(1, runs=presentation(inside=start))))
    assert feeds.run().start == date(2017, 5, 11)
    assert report.repairs == ["1 dates had an attribute that names another day than their text; the text counts."]


@pytest.mark.parametrize(
    ("written", "day", "rolls"),
    [
        ("<mlo:start>2027-09-06T00:00:00Z</mlo:start>", date(2027, 9, 6), False),
        ('<mlo:start dtf="2027-09-06"></mlo:start>', date(2027, 9, 6), False),
        ("<mlo:start>Monday 6th September 2027</mlo:start>", date(2027, 9, 6), False),
        ("<mlo:start>06/09/2027</mlo:start>", date(2027, 9, 6), False),
        ("<mlo:start>Roll on, roll off</mlo:start>", None, True),
        ("<mlo:start>to be confirmed</mlo:start>", None, False),
        ("<mlo:start>31 February 2027</mlo:start>", None, False),
    ],
)
def test_starts_in_every_spelling(feeds: Feeds, written: str, day: date | None, rolls: bool) -> None:
    feeds.take(xcri(course(1, runs=presentation(inside=written))))
    assert (feeds.run().start, feeds.run().roll_on) == (day, rolls)


def test_stray_characters_are_put_right_and_counted(feeds: Feeds) -> None:
    text = "Hair & beauty&nbsp;caf&eacute; \x0b &#0;<![CDATA[A & B &amp; C]]>"
    report = feeds.take(xcri(course(1, inside=f"<dc:description>{text}</dc:description>")))
    assert feeds.course().summary == "Hair & beauty café A & B & C"
    assert sorted(report.repairs) == [
        "1 bare ampersands were read as such.",
        "1 control characters were left out.",
        "2 HTML entities were read as the characters they stand for.",
    ]


def test_wrongly_read_characters_are_mended(feeds: Feeds) -> None:
    text = "Learners\u2019 fees from \u00a320".encode().decode("cp1252")
    report = feeds.take(xcri(course(1, inside=f"<dc:description>{text}</dc:description>")))
    assert feeds.course().summary == "Learners\u2019 fees from \u00a320"
    assert len(report.repairs) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings(feeds: Feeds, encoding: str) -> None:
    feed = xcri(course(1, "Café work"))
    said = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "ISO-8859-1"}[encoding]
    report = feeds.take(feed.replace("UTF-8", said).encode(encoding))
    assert (report.reason, list(feeds.courses())) == (None, ["Café work"])


def test_bytes_that_are_not_utf8_are_read_as_windows(feeds: Feeds) -> None:
    report = feeds.take(xcri(course(1, "Café work")).encode("cp1252"))
    assert list(feeds.courses()) == ["Café work"]
    assert report.repairs == ["Some characters were not UTF-8; they were read as Windows-1252."]


def test_rows_without_what_is_needed_are_refused_with_their_line(feeds: Feeds) -> None:
    without_title = "<course><dc:identifier>x</dc:identifier></course>\n"
    without_id = "<course><dc:title>Welding</dc:title></course>\n"
    report = feeds.take(xcri(course(1), without_title, without_id, course(1, "Carpentry")))
    assert report.courses_taken == 1
    assert [row["line"] for row in report.refused] == [9, 10, 11]
    assert [row["reason"].split(",")[0] for row in report.refused] == [
        "it has no title",
        "it has no identifier",
        "its id",
    ]
    assert report.courses_refused == 3


def test_lines_are_right_far_down_a_long_feed(feeds: Feeds) -> None:
    courses = [course(n, f"Plumbing {n}", inside="\n" * 700) for n in range(150)]
    report = feeds.take(xcri(*courses, "<course><dc:title>No id</dc:title></course>\n"))
    assert report.refused[0]["line"] == 8 + 150 * 701


def test_the_older_version_1_1(feeds: Feeds) -> None:
    report = feeds.take("""<?xml version="1.0"?>
<catalog xmlns="http://xcri.org/profiles/catalog" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
         generated="2026-10-01T00:00:00">
<provider><identifier>10099902</identifier><title>Larkfield Training</title>
<address><street>1 Mill Lane</street><town>Dover</town><postcode>CT16 1AA</postcode></address>
<course recstatus="2"><identifier>bk2</identifier><title>Bricklaying</title>
<description xsi:type="terms:aim">Walls that stay up.</description>
<qualification><title>Diploma</title><level>Level 2</level></qualification>
<presentation><identifier>bk2-1</identifier><start>2027-09-01</start><end>2028-06-30</end>
<studyMode>Part Time</studyMode><cost>Free</cost>
<venue><title>Yard</title><address><street>Dock Road</street><town>Deal</town></address></venue>
<entryRequirements><description>An interview</description></entryRequirements></presentation></course>
<course recstatus="3"><identifier>gone</identifier><title>Gone</title></course>
</provider></catalog>""")
    assert (report.courses_taken, report.runs_taken, report.courses_refused) == (1, 1, 0)
    taken, start = feeds.course(), feeds.run()
    assert (taken.title, taken.level, taken.subject, taken.cost) == ("Bricklaying", "2", "bricklaying", "Free")
    assert (taken.entry_requirements, taken.route) == ("An interview", "training")
    assert (start.town, start.start, start.extra["study_mode"]) == ("Deal", date(2027, 9, 1), "part time")
    assert feeds.providers()[0].town == "Dover"


def test_several_providers_keep_their_own_courses(feeds: Feeds) -> None:
    feed = xcri(course(1)).replace(
        "</catalog>",
        "<provider><dc:identifier>10099903</dc:identifier><dc:title>Dunes Sixth Form</dc:title>"
        f"{course(1, 'A level Biology')}</provider></catalog>",
    )
    report = feeds.take(feed, name="area.xml")
    assert (report.courses_taken, report.source) == (2, "area")
    biology = feeds.courses()["A level Biology"]
    assert (biology.route, biology.level, biology.subject) == ("school", "3", "science")
    assert [provider.name for provider in feeds.providers()] == ["Brightwater College", "Dunes Sixth Form"]


def test_a_group_of_courses_helps_where_a_title_does_not(feeds: Feeds) -> None:
    group = '<dc:subject xsi:type=":Subject">Construction TradesConstruction Trades</dc:subject>'
    feeds.take(xcri(course(1, "Tower safety"), course(2, "Tower safety two", inside=group)))
    courses = feeds.courses()
    assert courses["Tower safety"].subject == "other"
    assert courses["Tower safety two"].subject == "construction"
    assert courses["Tower safety two"].keywords == ["Construction Trades"]


def test_a_feed_may_forget_to_say_what_its_prefixes_mean(feeds: Feeds) -> None:
    feed = xcri(course(1)).replace('xmlns:mlo="http://purl.org/net/mlo"', "")
    assert feeds.take(feed).courses_taken == 1


def test_a_start_that_is_no_day_is_reported_and_not_known(feeds: Feeds) -> None:
    report = feeds.take(xcri(course(1, runs=presentation(inside="<mlo:start>31/02/2027</mlo:start>"))))
    assert (report.runs_taken, feeds.run().start) == (1, None)
    assert report.repairs == ["1 starts were written as days that there are not; they are not known."]
