"""Files made to do harm are refused with a plain reason, quickly, and without much memory."""

import io
import resource
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from onward.settings import PROJECT
from prospectus.importing.limits import DEFAULT
from tests.unit.prospectus.importing.conftest import Feeds, course, sheet, xcri
from tests.unit.prospectus.importing.test_sheets import workbook

LAUGHS = '<!DOCTYPE catalog [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>\n"  # fmt: skip
BLOW_UP = f'<!DOCTYPE catalog [<!ENTITY a "{"x" * 50_000}">]>\n'
OUTSIDE = '<!DOCTYPE catalog [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
ELSEWHERE = '<!DOCTYPE catalog SYSTEM "https://brightwater.example/evil.dtd">\n'


def refused(feeds: Feeds, content: str | bytes | Path, *words: str, **options: str) -> None:
    report = feeds.take(content, **options)
    assert report.status == "refused"
    assert all(word in (report.reason or "").lower() for word in words), report.reason
    assert feeds.courses() == {}


@pytest.mark.parametrize("declared", [LAUGHS, BLOW_UP, OUTSIDE, ELSEWHERE, "<!ENTITY x 'y'>\n", "<!doctype catalog>\n"])
def test_document_types_and_entities(feeds: Feeds, declared: str) -> None:
    inside = "<dc:description>&j;&x;&a;&a;</dc:description>"
    refused(feeds, xcri(course(1, inside=inside), before=declared), "document type")


def test_a_document_type_behind_a_comment(feeds: Feeds) -> None:
    refused(feeds, xcri(course(1), before="<!-- <x> -->\n" + LAUGHS), "document type")


def test_a_document_type_behind_a_very_long_comment(feeds: Feeds) -> None:
    refused(feeds, xcri(course(1), before=f"<!-- {'x' * 300_000} -->\n{LAUGHS}"), "first element")


def test_a_document_type_in_utf_16(feeds: Feeds) -> None:
    feed = xcri(course(1), before=LAUGHS).replace('encoding="UTF-8"', 'encoding="UTF-16"')
    refused(feeds, feed.encode("utf-16"), "document type")


@pytest.mark.parametrize("encoding", ["UTF-7", "EBCDIC-CP-US", "cp037", "utf-32"])
def test_odd_encodings(feeds: Feeds, encoding: str) -> None:
    refused(feeds, xcri(course(1)).replace("UTF-8", encoding), "encoding", encoding.lower())


def test_entities_that_nobody_declared_stay_words(feeds: Feeds) -> None:
    feeds.take(xcri(course(1, inside="<dc:description>a &xxe; b</dc:description>")))
    assert feeds.course().summary == "a &xxe; b"


def test_other_files_are_not_read_in(feeds: Feeds) -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    refused(feeds, xcri(course(1, inside=f"<dc:description>{include}</dc:description>")), "another file")


def test_elements_too_deep(feeds: Feeds) -> None:
    refused(feeds, xcri(course(1, inside="<a>" * 5_000 + "</a>" * 5_000)), "deep")


def test_one_course_too_large(feeds: Feeds) -> None:
    feeds.limits = replace(DEFAULT, item_bytes=500_000)
    refused(feeds, xcri(course(1, inside="<a>1234567890</a>" * 100_000)), "one part")


def test_a_text_too_large_costs_its_course_only(feeds: Feeds) -> None:
    feeds.limits = replace(DEFAULT, text_characters=10_000)
    report = feeds.take(xcri(course(1, inside=f"<dc:description>{'x' * 20_000}</dc:description>"), course(2, "B")))
    assert (report.courses_taken, report.courses_refused) == (1, 1)
    assert "10,000 characters" in report.refused[0]["reason"]


def test_a_file_too_large(feeds: Feeds) -> None:
    feeds.limits = replace(DEFAULT, file_bytes=1_000)
    refused(feeds, xcri(*(course(n) for n in range(20))), "larger than")


def test_too_many_courses(feeds: Feeds) -> None:
    feeds.limits = replace(DEFAULT, courses=5)
    refused(feeds, xcri(*(course(n, f"C{n}") for n in range(9))), "more than 5 courses")


def test_a_cell_too_large(feeds: Feeds) -> None:
    feeds.limits = replace(DEFAULT, text_characters=10_000)
    refused(feeds, sheet(f'A1,"{"x" * 20_000}",College,,'), "10,000 characters")


def test_a_line_without_end(feeds: Feeds) -> None:
    feeds.limits = replace(DEFAULT, item_bytes=100_000)
    refused(feeds, "Course ID,Title,Provider\n" + "x" * 300_000, "one line")


def test_a_quotation_mark_that_is_never_closed(feeds: Feeds) -> None:
    rows = [f"A{n},Welding {n},Dunes,," for n in range(20)]
    rows[5] = 'A5,"Welding,Dunes,,'
    refused(feeds, sheet(*rows), "quotation mark", "never closed")
    rows = [f"A{n},Welding {n},Dunes,," for n in range(5_000)]
    rows[5] = 'A5,"Welding,Dunes,,'
    refused(feeds, sheet(*rows), "quotation mark")


def test_a_row_of_a_thousand_cells(feeds: Feeds) -> None:
    refused(feeds, sheet("A1,Welding,Dunes" + "," * 1_000), "more than 400 cells")


@pytest.mark.parametrize("opened", ["[" * 50_000, '{"a":' * 50_000, '{"@graph":[' + '{"a":[' * 20_000])
def test_json_too_deep(feeds: Feeds, opened: str) -> None:
    refused(feeds, opened, "deep")


def test_json_with_a_text_without_end(feeds: Feeds) -> None:
    feeds.limits = replace(DEFAULT, item_bytes=100_000)
    refused(feeds, '{"@type": "Course", "name": "' + "x" * 400_000 + '"}', "one part")


def test_json_with_a_number_without_end(feeds: Feeds) -> None:
    refused(feeds, '{"@type": "Course", "name": "A", "price": ' + "9" * 20_000 + "}", "json")


def zipped(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return packed.getvalue()


def test_a_workbook_that_unpacks_to_too_much(feeds: Feeds) -> None:
    bomb = zipped(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"<a/>" + b" " * 30_000_000)
    assert len(bomb) < 50_000
    refused(feeds, bomb, "unpacks to far more")
    feeds.limits = replace(DEFAULT, workbook_bytes=1_000_000)
    refused(feeds, bomb, "would unpack to")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_entities(feeds: Feeds, encoding: str) -> None:
    refused(feeds, zipped(xl__workbook_xml=b"<workbook/>", xl__sharedStrings_xml=LAUGHS.encode(encoding)), "entities")
    hidden = f"<!-- {'x' * 9_000} -->{LAUGHS}".encode(encoding)
    refused(feeds, zipped(xl__workbook_xml=b"<workbook/>", xl__sharedStrings_xml=hidden), "comment")


def test_zips_that_are_no_workbooks_and_workbooks_that_are_cut_off(feeds: Feeds) -> None:
    refused(feeds, zipped(courses_xml=b"<catalog/>"), "no workbook")
    whole = workbook(["Course ID", "Title", "Provider"], ["A", "Welding", "Dunes"])
    refused(feeds, whole[: len(whole) // 2], "damaged")
    refused(feeds, zipped(xl__workbook_xml=b"<workbook/>"), "damaged")


@pytest.mark.parametrize(
    ("head", "what"),
    [(b"\x1f\x8b\x08", "gzip"), (b"%PDF-1.7", "pdf"), (b"\xd0\xcf\x11\xe0", "excel"), (b"\x00" * 50, "empty")],
)
def test_what_is_no_feed_is_said_to_be_what_it_is(feeds: Feeds, head: bytes, what: str) -> None:
    refused(feeds, head + b" " * 40, what)


def test_what_is_no_file_at_all(feeds: Feeds) -> None:
    refused(feeds, feeds.folder, "not a file")


IN_LITTLE_MEMORY = """
import resource, sys
from datetime import date
from pathlib import Path
from prospectus.importing.feedfile import open_feed
from prospectus.importing.importer import READERS, sniff
from prospectus.importing.intake import Intake
from prospectus.importing.limits import DEFAULT, FeedRefused
from prospectus.importing.spool import Spool
from prospectus.importing.subjects import Subjects
from prospectus.vocabulary import shipped

vocabulary = shipped()
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 150_000_000, used + 150_000_000))
with Spool() as spool:
    intake = Intake(spool, vocabulary, Subjects(vocabulary), DEFAULT, date(2026, 11, 23))
    try:
        feed = open_feed(Path(sys.argv[1]), DEFAULT)
        READERS[sniff(feed)](feed, intake)
        print("taken", spool.count("course"))
    except FeedRefused as refused:
        print("refused", refused.reason)
"""


def in_little_memory(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", IN_LITTLE_MEMORY, str(path)], cwd=PROJECT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def giant(path: Path, begins: bytes, *, megabytes: int = 1_000) -> Path:
    """A file of that size which takes no room on the disk: its middle is one long hole."""
    with path.open("wb") as file:
        file.write(begins)
        file.truncate(megabytes * 1_000_000)
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="limits on memory are Linux's")
def test_a_gigabyte_of_text_is_refused_in_little_memory(tmp_path: Path) -> None:
    # an unbroken run of letters, as the text of one element, of one cell and of one JSON value
    text = b"x" * 1_000_000
    for name, begins in (
        ("xml", b"<catalog><provider><title>A</title><course><title>"),
        ("csv", b"Course ID,Title,Provider\nA,"),
        ("json", b'{"@type": "Course", "name": "'),
    ):
        path = tmp_path / f"giant.{name}"
        with path.open("wb") as file:
            file.write(begins)
            for _ in range(60):
                file.write(text)
        assert in_little_memory(path).startswith("refused")
        # the same as a gigabyte of nothing at all: zeros that take no room on the disk
        assert in_little_memory(giant(tmp_path / f"hole.{name}", begins)).startswith("refused")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0


@pytest.mark.skipif(sys.platform != "linux", reason="limits on memory are Linux's")
def test_a_long_feed_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.xml"
    about = f"<dc:description>{'Pipes and boilers. ' * 400}</dc:description>"
    begins, _, ends = xcri("|").partition("|")
    with path.open("w") as file:
        file.write(begins)
        file.writelines(course(n, f"Plumbing {n % 50}", about) for n in range(12_000))
        file.write(ends)
    assert path.stat().st_size > 90_000_000
    assert in_little_memory(path) == "taken 12000\n"
