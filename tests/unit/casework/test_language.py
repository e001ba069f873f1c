"""Telling languages apart: English text-speak never flips, Welsh is answered in Welsh, others are recognised."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from casework import language as module
from casework.gsm7 import clean, measure
from casework.language import Languages
from casework.yamlfile import BadData, read_yaml

DATA = Path(__file__).parents[3] / "data"
SAMPLES: dict[str, Any] = read_yaml(Path(__file__).parent / "data" / "languages.yml")
LANGUAGES = Languages.load(DATA)
OTHERS = [(code, text) for code, texts in SAMPLES["others"].items() for text in texts]


@pytest.mark.parametrize("text", SAMPLES["english"])
def test_english_is_never_taken_for_another_language(text: str) -> None:
    decision = LANGUAGES.decide(text, None)
    assert (decision.language, decision.changed) == ("en", False)


def test_there_are_enough_samples() -> None:
    assert len(SAMPLES["english"]) >= 150
    assert len(SAMPLES["welsh"]) >= 40
    assert len(OTHERS) >= 40


def test_most_welsh_sentences_are_heard_as_welsh() -> None:
    heard = [text for text in SAMPLES["welsh"] if LANGUAGES.decide(text, None).language == "cy"]
    assert len(heard) / len(SAMPLES["welsh"]) >= 0.9
    assert not {LANGUAGES.decide(text, None).language for text in SAMPLES["welsh"]} - {"cy", "en"}


def test_welsh_stays_welsh_once_it_is_remembered() -> None:
    for text in SAMPLES["welsh"]:
        assert LANGUAGES.decide(text, "cy").language == "cy"


def test_most_sentences_in_other_languages_are_recognised() -> None:
    heard = {text: LANGUAGES.decide(text, None).language for _, text in OTHERS}
    right = [text for code, text in OTHERS if heard[text] == code]
    assert len(right) / len(OTHERS) >= 0.9, [(text, heard[text]) for code, text in OTHERS if heard[text] != code]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SAMPLES["asks"].items() for text in texts])
def test_asking_for_a_language_switches_at_once(code: str, text: str) -> None:
    decision = LANGUAGES.decide(text, "cy" if code == "en" else None)
    assert (decision.language, decision.asked, decision.changed) == (code, True, True)


@pytest.mark.parametrize("text", SAMPLES["not_asks"])
def test_a_subject_is_not_a_request(text: str) -> None:
    assert not LANGUAGES.decide(text, None).asked


@pytest.mark.parametrize("text", ["ok", "diolch", "hi", "yes", "plumbing", "2", "bore da", "ok thanks", "👍", ""])
@pytest.mark.parametrize("remembered", ["en", "cy", "pl", "ar"])
def test_a_word_or_two_never_changes_what_is_remembered(text: str, remembered: str) -> None:
    decision = LANGUAGES.decide(text, remembered)
    assert (decision.language, decision.changed) == (remembered, False)


@pytest.mark.parametrize("remembered", ["cy", "pl", "ar"])
def test_a_whole_english_sentence_comes_back_to_english(remembered: str) -> None:
    decision = LANGUAGES.decide("are there any courses near me in september", remembered)
    assert (decision.language, decision.changed, decision.supported) == ("en", True, True)
    assert decision.holding is None


def test_an_unsupported_language_has_its_own_holding_reply() -> None:
    decision = LANGUAGES.decide("szukam kursu hydraulika w Ashford", None)
    assert decision.changed
    assert not decision.supported
    assert decision.name == "Polish"
    assert (decision.holding or "").startswith("Cześć")


@pytest.mark.parametrize("code", list(read_yaml(DATA / "languages.yml")["languages"]))
def test_every_holding_reply_fits_two_segments_and_says_999(code: str) -> None:
    holding = LANGUAGES.holding(code)
    assert (holding is None) == (code in LANGUAGES.supported)
    if holding:
        assert measure(clean(holding)).segments <= 2
        assert "999" in holding


def test_an_unknown_script_gets_the_reply_for_unknown_languages() -> None:
    decision = LANGUAGES.decide("გამარჯობა როგორ ხარ", None)
    assert (decision.language, decision.supported) == ("und", False)
    assert decision.holding


def test_the_answer_does_not_depend_on_what_was_asked_before_or_on_threads() -> None:
    texts = [text for _, text in OTHERS] + SAMPLES["welsh"]
    alone = [LANGUAGES.decide(text, None) for text in texts]
    module._detect.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: LANGUAGES.decide(text, None), reversed(texts))) == alone[::-1]
    module._detect.cache_clear()
    assert [Languages.load(DATA).decide(text, None) for text in texts[:10]] == alone[:10]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("supported: [en]\n", "english"),
        ("supported: [en]\nenglish: a\nasks: []\nlanguages: {en: {name: E}, cy: {name: W}}\n", "holding"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str, wrong: str) -> None:
    (tmp_path / "languages.yml").write_text(content)
    with pytest.raises(BadData, match=rf"languages\.yml.*{wrong}"):
        Languages.load(tmp_path)
