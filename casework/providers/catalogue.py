"""What must be known of a provider and its courses to take its reports. The prospectus knows it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ProviderInfo:
    """A provider."""

    ref: str
    name: str
    kind: str
    """sixth_form, fe_college, training_provider, voluntary or employer."""


@dataclass(frozen=True)
class CourseInfo:
    """One of its courses."""

    ref: str
    subject: str
    level: str
    route: str


class Catalogue(Protocol):
    """Answers for the prospectus."""

    def provider(self, ref: str) -> ProviderInfo | None:
        """The provider with this ref, if there is one."""

    def course(self, provider_ref: str, ref: str) -> CourseInfo | None:
        """A course of this provider, by our ref or by its own."""

    def subject(self, words: str) -> str | None:
        """The key of a subject, by its key or in everyday words; None where it is not clear."""
