"""A question about courses in free words, answered by rules alone."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session

from prospectus.catalogue import current
from prospectus.index import Catalogue
from prospectus.learnable import learnable
from prospectus.search import Query, Result, search
from prospectus.vocabulary import Vocabulary
from prospectus.week import days_in
from prospectus.words import stem, tokens

QUALIFICATIONS = {"alevel": "A level", "tlevel": "T level", "btec": "BTEC", "nvq": "NVQ", "aat": "AAT", "cscs": "CSCS"}
"""Words that name a kind of qualification, often beside a level, and how they are written."""

LONG = 6
"""Letters from which a word that a subject is known by may mean a course of another subject."""


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
    provider = vocabulary.provider_in(catalogue, text)
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
    if subject and (better := _elsewhere(catalogue, vocabulary, subject, text)):
        subject, words = None, [*better, *words]
    words += [word for word in tokens(text) if word in QUALIFICATIONS]
    if subject or provider:
        # beside a subject, a word only counts if some course of that subject has it where it tells something
        within = vocabulary.subjects_within(subject) if subject else None
        words = [word for word in words if catalogue.narrows(stem(word), within, provider, telling=bool(subject))]
    else:
        words = _worth(catalogue, vocabulary, words)
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


def _worth(catalogue: Catalogue, vocabulary: Vocabulary, words: list[str]) -> list[str]:
    """The words to go by: those that some title or keyword has; else all, if any is worth looking for.

    "Glass blowing" is not what a summary means by "a wash and blow dry": a word that only summaries have counts with
    all the others. Ordinary words that no course has and that nobody learns are chatter: "nothing too hard".
    """
    telling = [word for word in words if catalogue.tells(stem(word)) or word in QUALIFICATIONS]
    if telling:
        return telling
    worth = (
        word not in vocabulary.ordinary or catalogue.has_word(stem(word)) or learnable(word, vocabulary, catalogue)
        for word in words
    )
    return words if any(worth) else []


def _own_words(vocabulary: Vocabulary, subject: str, text: str) -> list[str]:
    """The words by which a text speaks of a subject, without those of the subject's name."""
    known = vocabulary.subjects.get(subject)
    own = known.words - known.generic if known else frozenset()
    return [word for word in vocabulary.subject_words(text) if stem(word) in own]


def _telling(catalogue: Catalogue, vocabulary: Vocabulary, subject: str, text: str) -> list[str]:
    """Those of them that tell some of the subject's courses from the others, by their title or keywords."""
    within = vocabulary.subjects_within(subject)
    own = _own_words(vocabulary, subject, text)
    return [word for word in own if catalogue.sets_apart(stem(word), within)]


def _elsewhere(catalogue: Catalogue, vocabulary: Vocabulary, subject: str, text: str) -> list[str]:
    """Words that are taken for a subject of which no course has them, while courses of others do: "barista".

    Long words only: short ones ("kids", "cars") are too common to send somebody elsewhere.
    """
    own = [word for word in _own_words(vocabulary, subject, text) if word not in vocabulary.filler]
    if len(own) < len([word for word in vocabulary.subject_words(text) if word not in vocabulary.filler]):
        return []
    within = vocabulary.subjects_within(subject)
    if any(catalogue.narrows(stem(word), within, None, telling=True) for word in own):
        return []
    other = [word for word in own if len(word) >= LONG and catalogue.tells(stem(word))]
    return other if len(other) == len(own) else []
