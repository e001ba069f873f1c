"""What providers' reports need of the prospectus: providers, their courses, and subjects in everyday words."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import Session, col

from casework.providers.catalogue import CourseInfo, ProviderInfo
from prospectus.tables import Course, Provider
from prospectus.vocabulary import Vocabulary


@dataclass(frozen=True)
class ProspectusCatalogue:
    """Answers out of the database; a ``casework.providers.catalogue.Catalogue``."""

    session: Session
    vocabulary: Vocabulary

    def provider(self, ref: str) -> ProviderInfo | None:
        """The provider with this ref, if there is one."""
        return provider_info(self.session, ref)

    def course(self, provider_ref: str, ref: str) -> CourseInfo | None:
        """A course of this provider, by our ref or by what its source calls it."""
        query = (
            select(Course)
            .join(Provider, col(Provider.id) == col(Course.provider_id))
            .where(col(Provider.ref) == provider_ref, or_(col(Course.ref) == ref, col(Course.source_ref) == ref))
            # our own ref wins where another course's source uses the same word
            .order_by(col(Course.ref) != ref, col(Course.retired), col(Course.id))
            .limit(1)
        )
        found = self.session.execute(query).scalar_one_or_none()
        return CourseInfo(found.ref, found.subject, found.level, found.route) if found else None

    def subject(self, words: str) -> str | None:
        """The key of a subject, by its key or in everyday words."""
        return words if words in self.vocabulary.subjects else self.vocabulary.subject(words)


def provider_info(session: Session, ref: str) -> ProviderInfo | None:
    """The provider with this ref, if there is one."""
    found = session.execute(select(Provider).where(col(Provider.ref) == ref)).scalar_one_or_none()
    return ProviderInfo(found.ref, found.name, found.kind) if found else None
