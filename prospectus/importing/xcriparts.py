"""Small parts of XCRI-CAP elements: their text, their kind, and the place that a location or a venue names."""

import re
from dataclasses import dataclass, field
from typing import Self

from prospectus.importing import addresses
from prospectus.importing.xmlitems import Element, local

_WEB = re.compile(r"https?://[^\s<>\"']{1,490}", re.IGNORECASE)
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def words(element: Element) -> str:
    """All text inside an element. A ``div`` of XHTML inside keeps its paragraphs apart."""
    if len(element) == 0:
        return element.text or ""
    return "".join(_texts(element))


def _texts(element: Element) -> list[str]:
    found = [element.text or ""]
    for child in element:
        block = local(child) in ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "tr")
        found += ["\n"] if block else []
        found += _texts(child)
        found += ["\n" if block else "", child.tail or ""]
    return found


def kind_of(element: Element) -> str:
    """What refines an element: the ``xsi:type`` without its prefix, in small letters."""
    return (element.get(_TYPE) or element.get("type") or "").rpartition(":")[2].strip().lower()


_kids: dict[Element, dict[str, list[Element]]] = {}
_KEPT = 1_000


def _by_name(element: Element) -> dict[str, list[Element]]:
    """An element's children by name, remembered: a course is asked for twenty things, and most it does not have."""
    known = _kids.get(element)
    if known is None:
        if len(_kids) >= _KEPT:
            _kids.clear()
        known = _kids[element] = {}
        for found in element:
            known.setdefault(local(found), []).append(found)
    return known


def forget() -> None:
    """Let go of the elements of a course that has been read."""
    _kids.clear()


def children(element: Element, *names: str) -> list[Element]:
    """Its children with one of these names."""
    known = _by_name(element)
    if len(names) == 1:
        return known.get(names[0], [])
    return [found for name in names for found in known.get(name, ())]


def child(element: Element, *names: str) -> Element | None:
    """Its first child with one of these names."""
    return next(iter(children(element, *names)), None)


def said(element: Element, *names: str) -> str | None:
    """The text of its first child with one of these names that has any."""
    return next((text for found in children(element, *names) if (text := words(found).strip())), None)


def identifier_of(element: Element) -> str | None:
    """The identifier of no special kind, or else the first: special kinds are codes that courses share."""
    found = [(kind_of(part), words(part).strip()) for part in children(element, "identifier")]
    plain = [value for kind, value in found if value and kind in ("", "internalid", "courseid")]
    return next(iter(plain or [value for _, value in found if value]), None)


def web(text: str | None) -> str | None:
    """The web address that a text is, or None."""
    match = _WEB.match((text or "").strip()[:500])
    return match[0] if match else None


@dataclass(slots=True)
class Parts:
    """What a location, a venue or a provider says about where it is."""

    address: list[str] = field(default_factory=list)
    town: str | None = None
    postcode: str | None = None
    phone: str | None = None
    email: str | None = None
    title: str | None = None
    point: tuple[float, float] | None = None

    @classmethod
    def of(cls, element: Element) -> Self:
        """Whatever of it is anywhere inside the element."""
        found = cls()
        latitude = longitude = None
        for part in element.iter():
            name, text = local(part), (part.text or "").strip()
            if not text:
                continue
            if name in ("address", "street"):
                # 1.1 says a position as an address of a kind
                if kind_of(part) in ("lat", "latitude"):
                    latitude = text
                elif kind_of(part) in ("long", "lon", "longitude"):
                    longitude = text
                else:
                    found.address += [line.strip() for line in text.splitlines() if line.strip()]
            elif name == "town":
                found.town = found.town or text
            elif name == "postcode":
                found.postcode = found.postcode or addresses.postcode(text)
            elif name in ("phone", "email"):
                setattr(found, name, getattr(found, name) or text)
            elif name in ("lat", "latitude"):
                latitude = text
            elif name in ("long", "lon", "longitude"):
                longitude = text
            elif name in ("title", "name") and found.title is None:
                found.title = text
        if latitude and longitude:
            found.point = addresses.position(latitude, longitude)
        return found
