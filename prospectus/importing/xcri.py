"""XCRI-CAP 1.2, and 1.1 where it says the same things in other elements.

Elements are known by their names without namespaces: 1.1 has one namespace, 1.2 four, and feeds mix them.
"""

from dataclasses import dataclass, field

from prospectus.importing import addresses
from prospectus.importing.dates import day
from prospectus.importing.feedfile import FeedFile
from prospectus.importing.intake import Intake
from prospectus.importing.kinds import provider_kind
from prospectus.importing.limits import FeedRefused, RowRefused
from prospectus.importing.records import ProviderRecord
from prospectus.importing.xcricourse import read_course
from prospectus.importing.xcriparts import Parts, forget, kind_of, words
from prospectus.importing.xmlitems import Element, XmlItems, line_of, local

ROOTS = frozenset({"catalog", "catalogue"})


@dataclass(slots=True)
class _Provider:
    """A provider while its element is open: its courses may come before its address."""

    number: int
    line: int
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    name: str | None = None
    url: str | None = None
    address: list[str] = field(default_factory=list)
    postcode: str | None = None
    town: str | None = None
    phone: str | None = None
    email: str | None = None
    point: tuple[float, float] | None = None
    used: str | None = None
    """The key that its first course was given."""

    @property
    def key(self) -> str:
        """What its courses call it: its UKPRN, or else the first identifier before them."""
        if self.used:
            return self.used
        for kind, value in self.identifiers:
            if kind == "ukprn" or (value.isdigit() and len(value) == 8):
                return value
        return self.identifiers[0][1] if self.identifiers else f"name:{(self.name or '').lower()}"


def read_xcri(feed: FeedFile, intake: Intake) -> None:
    """Read a whole feed. Raises ``FeedRefused``."""
    reading = XmlItems(feed, intake)
    provider: _Provider | None = None
    keys: set[str] = set()
    providers = 0
    names: list[str] = []
    catalogue_title: str | None = None
    for action, element, depth in reading:
        name = local(element)
        if action == "start":
            if depth == 1:
                if name not in ROOTS:
                    raise FeedRefused(f"It is XML, but no XCRI-CAP: its first element is <{name[:40]}>.", 1)
                intake.generated = day(element.get("generated"))
            elif depth == 2 and name == "provider":
                providers += 1
                provider = _Provider(providers, line_of(element))
            continue
        if depth == 2:
            if name == "provider" and provider is not None:
                _finish(provider, keys, names, intake)
                provider = None
            elif name == "title":
                catalogue_title = catalogue_title or intake.line(words(element))
            reading.drop(element)
        elif depth == 3 and provider is not None:
            if name == "course":
                _course(element, provider, keys, intake)
            else:
                _told(element, name, provider, intake)
            forget()
            reading.drop(element)
    intake.source_name = catalogue_title or (names[0] if len(names) == 1 else None)


def _course(element: Element, provider: _Provider, keys: set[str], intake: Intake) -> None:
    line = line_of(element)
    # 1.1: a course that is said to be deleted is one that is no longer in the feed
    if element.get("recstatus") == "3":
        return
    if not provider.name and not provider.identifiers and intake.provider_name is None:
        intake.refuse(line, "its provider has neither a title nor an identifier before its courses")
        return
    provider.used = provider.key
    keys.add(provider.used)
    try:
        read_course(element, provider.used, provider.name or "", intake)
    except RowRefused as refused:
        intake.refuse(line, refused.reason, refused.key)


def _told(element: Element, name: str, provider: _Provider, intake: Intake) -> None:
    """What a child of the provider says about it."""
    if name == "identifier":
        value = intake.line(words(element), 200)
        if value:
            provider.identifiers.append((kind_of(element), value))
    elif name in ("title", "name") and provider.name is None:
        provider.name = intake.line(words(element))
    elif name == "url" and provider.url is None:
        provider.url = intake.line(words(element))
    elif name in ("location", "address", "postcode", "town", "phone", "email", "street"):
        place = Parts.of(element)
        provider.address += place.address
        provider.postcode = provider.postcode or place.postcode
        provider.town = provider.town or place.town
        provider.phone = provider.phone or place.phone
        provider.email = provider.email or place.email
        provider.point = provider.point or place.point


def _finish(provider: _Provider, keys: set[str], names: list[str], intake: Intake) -> None:
    if provider.key not in keys:
        return
    name = provider.name or intake.provider_name
    if not name:
        name = f"Provider {provider.key[:60]}"
        intake.repaired(f"Line {provider.line}: a provider without a title is called {name}.")
    names.append(name)
    code = addresses.postcode(provider.postcode) or addresses.postcode(" ".join(provider.address))
    latitude, longitude = provider.point or (None, None)
    intake.provider(
        ProviderRecord(
            source_ref=provider.key,
            name=name,
            kind=provider_kind(name),
            town=provider.town or intake.town_of(provider.address, code),
            postcode=code,
            latitude=latitude,
            longitude=longitude,
            phone=intake.line(provider.phone, 40),
            email=intake.line(provider.email, 200),
            website=provider.url,
        )
    )
