"""What kind of provider it is, and by which route a course is learned, from names and words."""

import re

KINDS = ("sixth_form", "fe_college", "training_provider", "voluntary", "employer")
ROUTES = ("school", "college", "apprenticeship", "training", "re_engagement")

_BY_NAME = (
    (re.compile(r"\bsixth[\s-]*form\b|\b6th[\s-]*form\b", re.IGNORECASE), "sixth_form"),
    (re.compile(r"\bcollege\b|\binstitute\b|\bcoleg\b|\buniversity\b", re.IGNORECASE), "fe_college"),
    (re.compile(r"\bschool\b|\bacademy\b|\bgrammar\b|\bysgol\b|\butc\b", re.IGNORECASE), "sixth_form"),
    (re.compile(r"\bcharity\b|\bcharitable\b|\btrust\b|\byouth\b|\bcommunity\b|\bproject\b", re.IGNORECASE),
     "voluntary"),
)  # fmt: skip
_APPRENTICE = re.compile(r"\bapprentice", re.IGNORECASE)
_RE_ENGAGE = re.compile(r"\bre-?\s?engage(?:ment)?\b|\bneet\b|\bgetting started again\b", re.IGNORECASE)
_TRAINEE = re.compile(r"\btraineeships?\b|\bstudy programme\b|\bskills bootcamp\b", re.IGNORECASE)
_ROUTE_OF = {
    "sixth_form": "school", "fe_college": "college", "training_provider": "training", "voluntary": "training",
    "employer": "training",
}  # fmt: skip
_SAID_ROUTE = {
    "school": "school", "sixth form": "school", "school sixth form": "school", "college": "college", "fe": "college",
    "apprenticeship": "apprenticeship", "apprentice": "apprenticeship", "training": "training",
    "training programme": "training", "traineeship": "training", "study programme": "training",
    "re engagement": "re_engagement", "re-engagement": "re_engagement", "re_engagement": "re_engagement",
    "getting started again": "re_engagement",
}  # fmt: skip
_SAID_KIND = {
    "sixth form": "sixth_form", "school": "sixth_form", "school sixth form": "sixth_form", "college": "fe_college",
    "fe college": "fe_college", "further education college": "fe_college", "training provider": "training_provider",
    "provider": "training_provider", "charity": "voluntary", "voluntary": "voluntary", "employer": "employer",
}  # fmt: skip


def provider_kind(name: str) -> str:
    """The kind of provider that a name speaks of; a training provider where it speaks of none.

    >>> provider_kind("Larkspur Sixth Form"), provider_kind("Cornwall College"), provider_kind("Brightspar Ltd")
    ('sixth_form', 'fe_college', 'training_provider')
    """
    for words, kind in _BY_NAME:
        if words.search(name):
            return kind
    return "training_provider"


def route_of(kind: str, provider_name: str, *texts: str | None) -> str:
    """The route of a course: what its words say, else what its provider usually offers."""
    for text in texts:
        if not text:
            continue
        if _APPRENTICE.search(text[:500]):
            return "apprenticeship"
        if _RE_ENGAGE.search(text[:500]):
            return "re_engagement"
        if _TRAINEE.search(text[:500]):
            return "training"
    # a sixth form college is a college to those who go there
    return "college" if "college" in provider_name.lower() else _ROUTE_OF[kind]


def said_route(text: str) -> str | None:
    """The route that a cell names, or None.

    >>> said_route("Sixth form"), said_route("boat")
    ('school', None)
    """
    return _SAID_ROUTE.get(" ".join(text.lower().split()))


def said_kind(text: str) -> str | None:
    """The kind of provider that a cell names, or None."""
    said = " ".join(text.lower().replace("_", " ").split())
    return _SAID_KIND.get(said)
