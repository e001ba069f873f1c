"""Which format a file is in, from what is in it: names and extensions are often wrong."""

import re
from typing import Literal

from prospectus.importing.feedfile import FeedFile, head_text
from prospectus.importing.limits import FeedRefused

Format = Literal["xcri", "ncs_csv", "jsonld", "jsonld_page", "sheet_csv", "sheet_xlsx"]

_PACKED = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR", b"\xfd7zXZ": "xz",
    b"%PDF": "PDF", b"\xd0\xcf\x11\xe0": "old Excel (.xls) or Word", b"\x89PNG": "picture", b"\xff\xd8\xff": "picture",
}  # fmt: skip
_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_NCS = re.compile(r"\b(?:PROVIDER_UKPRN|COURSE_RUN_ID|LARS_QAN|LEARN_AIM_REF|WHO_THIS_COURSE_IS_FOR)\b", re.IGNORECASE)

NAMES = {
    "xcri": "XCRI-CAP", "ncs_csv": "National Careers Service CSV", "jsonld": "schema.org JSON-LD",
    "jsonld_page": "schema.org JSON-LD", "sheet_csv": "spreadsheet", "sheet_xlsx": "spreadsheet",
}  # fmt: skip
"""What each format is called in a report."""

CHOSEN: dict[str, tuple[Format, ...]] = {
    "xcri": ("xcri",), "ncs": ("ncs_csv",), "jsonld": ("jsonld", "jsonld_page"), "sheet": ("sheet_csv", "sheet_xlsx"),
}  # fmt: skip
"""Formats by the name that somebody chooses them by."""

STORED = {
    "xcri": "xcri", "ncs_csv": "ncs_csv", "jsonld": "jsonld", "jsonld_page": "jsonld", "sheet_csv": "sheet",
    "sheet_xlsx": "sheet",
}  # fmt: skip
"""What the record of imports keeps."""


def sniff(feed: FeedFile) -> Format:
    """The format of a file. Raises ``FeedRefused``, with what it is instead, where it is none that is known."""
    if feed.head.startswith(b"PK\x03\x04"):
        return "sheet_xlsx"
    for mark, name in _PACKED.items():
        if feed.head.startswith(mark):
            raise FeedRefused(f"It is a {name} file. Save or unpack it as XML, CSV, JSON or XLSX first.")
    text = head_text(feed).lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return "jsonld_page" if _PAGE.search(text[:4_000]) else "xcri"
    if text.startswith(("{", "[")):
        return "jsonld"
    first = text.split("\n", 1)[0]
    if _NCS.search(first):
        return "ncs_csv"
    if any(mark in first for mark in ",;\t|"):
        return "sheet_csv"
    raise FeedRefused("It is neither XCRI-CAP XML, nor JSON-LD, nor a spreadsheet with columns.", 1)
