"""Small parts of schema.org objects: their types, their texts, where something is and what it costs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from prospectus.importing import addresses
from prospectus.importing.intake import Intake

Find = Callable[[Any], Any]
"""Answers the object that a value points at."""


def types(node: dict[str, Any]) -> set[str]:
    """The types of an object, in small letters and without their address."""
    return {str(one).rpartition("/")[2].rpartition(":")[2].lower() for one in many(node.get("@type"))}


def many(value: Any) -> list[Any]:
    """A value as a list: JSON-LD says one of a thing without one."""
    return [] if value is None else value if isinstance(value, list) else [value]


@dataclass(slots=True)
class Place:
    """Where something is. None: not known."""

    town: str | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    venue: str | None = None

    @property
    def known(self) -> bool:
        """Whether anything is said at all."""
        return any((self.town, self.postcode, self.latitude, self.venue))


def place_of(value: Any, find: Find, intake: Intake) -> Place:
    """The place that a value names."""
    place = Place()
    if isinstance(value, str):
        place.postcode = addresses.postcode(value)
        place.town = intake.town_of([value], place.postcode)
        return place
    if not isinstance(value, dict):
        return place
    if types(value) & {"virtuallocation"}:
        place.town = "Online"
        return place
    address = find(value.get("address")) or (value if "addressLocality" in value or "postalCode" in value else None)
    if isinstance(address, list):
        address = find(address[0]) if address else None
    if isinstance(address, dict):
        place.postcode = addresses.postcode(text_of(address.get("postalCode")))
        lines = (text_of(address.get("streetAddress")) or "").splitlines()
        place.town = intake.line(text_of(address.get("addressLocality"))) or intake.town_of(lines, place.postcode)
    elif isinstance(address, str):
        place.postcode = addresses.postcode(address)
        place.town = intake.town_of([address], place.postcode)
    geo = find(value.get("geo"))
    at = geo if isinstance(geo, dict) else value
    point = addresses.position(at.get("latitude"), at.get("longitude"))
    place.latitude, place.longitude = point or (None, None)
    if types(value) & {"place", "civicstructure", "collegeoruniversity", "school"} and (
        name := intake.line(name_of(value))
    ):
        place.venue = name
    return place


def cost_of(node: dict[str, Any], find: Find, intake: Intake) -> str | None:
    """What the offers of a course or an instance say that it costs, in words."""
    found = []
    for one in many(node.get("offers")):
        offer = find(one)
        if not isinstance(offer, dict):
            continue
        price = text_of(offer.get("price"))
        if price is None and isinstance(spec := find(offer.get("priceSpecification")), dict):
            price = text_of(spec.get("price"))
        currency = (text_of(offer.get("priceCurrency")) or "GBP").upper()
        about = intake.line(text_of(offer.get("description")), 300)
        if price is not None and currency != "GBP":
            price = f"{price} {currency[:3]}"
        if price is None and about is None and (text_of(offer.get("category")) or "").lower() == "free":
            price = "Free"
        if told := addresses.money(price, about):
            found.append(told)
    if not found and str(node.get("isAccessibleForFree")).lower() == "true":
        found = ["Free"]
    return "; or ".join(dict.fromkeys(found[:4])) or None


def identifier_of(node: dict[str, Any]) -> str | None:
    """The identifier of an object, said as a text or as a property with a value."""
    for one in many(node.get("identifier")):
        value = text_of(one.get("value")) if isinstance(one, dict) else text_of(one)
        if value:
            return value
    return text_of(node.get("ukprn"))


def name_of(value: Any) -> str | None:
    """What an object is called, or a text as it is."""
    if isinstance(value, dict):
        for key in ("name", "credentialCategory", "headline", "title", "value", "@value"):
            if (text := text_of(value.get(key))) is not None:
                return text
        return None
    return text_of(value)


def text_of(value: Any) -> str | None:
    """A text, a number, the first of a list, or the value of a text with a language."""
    if isinstance(value, list):
        return next((text for one in value if (text := text_of(one)) is not None), None)
    if isinstance(value, dict):
        value = value.get("@value")
    if value is None or isinstance(value, (bool, dict, list)):
        return None
    return str(value).strip() or None


def web_of(value: Any) -> str | None:
    """The web address that a value is, or None."""
    text = text_of(value)
    return text[:500] if text and text.lower().startswith(("http://", "https://")) else None
