"""Whether a word looks like something that people learn, whatever the catalogue has."""

import re

from prospectus.index import Catalogue
from prospectus.vocabulary import Vocabulary
from prospectus.words import stem

_ENDING = re.compile(
    r"(olog(y|ist)|ograph(y|er)|onomy|nautics?|nomics|matics|istics|etics|onics|aerobics|gymnastics|craft|"
    r"[a-z]{2}(ery|try|lry|nry|rry)|[a-z]{3}ing|[a-z]{3}(ism|istry)|opathy|therapy|opractic|keeper|smith|maker)$"
)
"""Endings of things that people learn: -ology, -graphy, -ing, -ry, -craft."""


def learnable(word: str, vocabulary: Vocabulary, catalogue: Catalogue) -> bool:
    """Whether it is a word of a subject, of a title or a keyword, of ``sought`` in data/prospectus.yml, or ends so."""
    if word in vocabulary.filler or word in vocabulary.not_a_wish:
        return False
    known = word in vocabulary.sought or vocabulary.is_subject_word(word) or catalogue.tells(stem(word))
    return known or bool(_ENDING.search(word))
