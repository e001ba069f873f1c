"""A question about courses in free words, answered by rules alone."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session

from prospectus.catalogue import current
from prospectus.index import Catalogue
from prospectus.search import Query, Result, search
from prospectus.vocabulary import Vocabulary
from prospectus.week import days_in
from prospectus.words import stem, tokens

QUALIFICATIONS = {"alevel": "A level", "tlevel": "T level", "btec": "BTEC", "nvq": "NVQ", "aat": "AAT", "cscs": "CSCS"}
"""Words that name a kind of qualification, often beside a level, and how they are written."""


def ask(
    session: Session, vocabulary: Vocabulary, text: str, *, today: date, limit: int = 3, rotation: int = 0
) -> tuple[Query, Result]:
    """Read a question such as "level 2 plumbing near margate" and search for what it asks.

    Never raises for what a text says; one that says nothing known asks for everything.
    """
    query = replace(read(session, vocabulary, text, today=today), limit=limit)
    return query, search(session, query, today=today, rotation=rotation, vocabulary=vocabulary)


def read(session: Session, vocabulary: Vocabulary, text: str, *, today: date) -> Query:
    """The question as a query."""
    catalogue = current(session)
    provider = vocabulary.provider(session, text)
    route = vocabulary.route(text)
    # a provider's name says "college" without asking for that route
    if provider and route and route != "apprenticeship":
        route = None
    if provider:
        # what is part of its name is not asked for again
        named = vocabulary.provider_words(session, provider)
        text = " ".join(word for word in tokens(text) if stem(word) not in named)
    subject = vocabulary.subject(text)
    words = [catalogue.meant(word, vocabulary.ordinary) or word for word in vocabulary.leftover(text, catalogue)]
    words += [word for word in tokens(text) if word in QUALIFICATIONS]
    if subject or provider:
        # beside a subject, a word only counts if some course of that subject has it
        within = vocabulary.subjects_within(subject) if subject else None
        words = [word for word in words if catalogue.narrows(stem(word), within, provider)]
    else:
        words = _worth(catalogue, words)
    if subject:
        # "cabin crew" of travel: what tells its courses apart is kept, for their order
        words += [word for word in _telling(catalogue, vocabulary, subject, text) if word not in words]
    return Query(
        subject=subject,
        words=" ".join(QUALIFICATIONS.get(word, word) for word in dict.fromkeys(words)) or None,
        level=vocabulary.level(text),
        place=vocabulary.place(text, catalogue),
        provider=provider,
        route=route,
        start=vocabulary.start(text, today=today),
        days=days_in(text),
    )


def _worth(catalogue: Catalogue, words: list[str]) -> list[str]:
    """The words to go by: those that some title or keyword has; else those that any course has; else all."""
    telling = [word for word in words if catalogue.tells(stem(word)) or word in QUALIFICATIONS]
    return telling or [word for word in words if catalogue.has_word(stem(word))] or words


def _telling(catalogue: Catalogue, vocabulary: Vocabulary, subject: str, text: str) -> list[str]:
    """The words for the subject that are in some of its courses' titles, but not in its own name."""
    known = vocabulary.subjects.get(subject)
    within = vocabulary.subjects_within(subject)
    return [
        word
        for word in vocabulary.subject_words(text)
        if known
        and stem(word) in known.words - known.generic
        and catalogue.narrows(stem(word), within, None, title=True)
    ]
