"""Welsh words are read in English for the classifier, mutated or not, and English is left alone."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from turnbot import checks, sources, welsh
from turnbot.normal import Normaliser, Spellings

ROOT = Path(__file__).parents[3]
DATA = ROOT / "data"


@pytest.fixture(scope="module")
def examples() -> dict[Path, list[str]]:
    files = checks.example_files(DATA / "nlu")
    found = {path: checks.examples([yaml.safe_load(path.read_text(encoding="utf-8"))]) for path in files}
    return {path: [text for texts in by_intent.values() for text in texts] for path, by_intent in found.items()}


@pytest.fixture(scope="module")
def reader() -> Normaliser:
    spellings = sources.spellings(DATA)
    return Normaliser(spellings.knowing_welsh(*sources.welsh_words(DATA), sources.glosses(DATA)))


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("dwi isio gneud cwrs gwallt", "i want do course hair"),
        ("oes na gyrsiau yn fy ngholeg", "there is no courses in my college"),
        ("pryd mae'r cwrs yn dechrau", "when is the course in start"),
        ("sut dwi'n cwyno", "how do i in complain"),
        ("dwi'n looking am apprenticeship", "i am looking am apprenticeship"),
        ("prentisiaethau", "apprenticeships"),
        ("want to do cwrs ffilm", "want to do course film"),
    ],
)
def test_welsh_is_read_in_english_word_for_word(reader: Normaliser, text: str, english: str) -> None:
    assert " ".join(reader.in_english(reader.words(text))) == english


@pytest.mark.parametrize(
    "text", ["", "can i do hair", "get hold of my pa", "how much is car insurance", "plant a tree"]
)
def test_english_is_left_alone(reader: Normaliser, text: str) -> None:
    assert reader.in_english(reader.words(text)) == []


def test_hardly_an_english_example_holds_welsh(reader: Normaliser, examples: dict[Path, list[str]]) -> None:
    texts = [text for path, found in examples.items() if path.parent.name != "cy" for text in found]
    taken = [text for text in texts if reader.in_english(reader.words(text))]
    # a few examples outside the folder are Welsh: those of the newest intents
    assert len(taken) < len(texts) / 250


def test_most_words_of_the_welsh_examples_are_known(reader: Normaliser, examples: dict[Path, list[str]]) -> None:
    texts = [text for path, found in examples.items() if path.parent.name == "cy" for text in found]
    read = [reader.in_english(reader.words(text)) for text in texts]
    assert sum(not one for one in read) < len(texts) / 20


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("coleg", ["goleg", "ngholeg", "choleg"]),
        ("llyfr", ["lyfr"]),
        ("gwaith", ["waith", "ngwaith"]),
        ("enw", ["henw"]),
        ("chwarae", []),
        ("neges", []),
    ],
)
def test_mutations(word: str, forms: list[str]) -> None:
    assert sorted(welsh.table({"thing": word})) == sorted([word, *forms])


def test_a_word_as_it_is_written_comes_before_a_mutation_of_another() -> None:
    assert welsh.table({"year": "blwydd", "flood": "flwydd"})["flwydd"] == "flood"


def test_no_word_is_there_twice() -> None:
    content = yaml.safe_load((DATA / "words" / "welsh-english.yml").read_text(encoding="utf-8"))
    assert all(isinstance(english, str) for english in content)
    counted = Counter(word for words in content.values() for word in words.split())
    assert [word for word, count in counted.items() if count > 1] == []


def test_no_meaning_is_there_twice() -> None:
    lines = (DATA / "words" / "welsh-english.yml").read_text(encoding="utf-8").splitlines()
    counted = Counter(line.split(": ")[0] for line in lines if ": " in line and not line.startswith("#"))
    assert [meaning for meaning, count in counted.items() if count > 1] == []


def test_spellings_keep_their_welsh(reader: Normaliser) -> None:
    again = Spellings.from_json(reader.spellings.to_json())
    assert again == reader.spellings
