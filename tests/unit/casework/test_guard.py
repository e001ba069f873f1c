"""What happens with a message before it is understood: order, replies, effects, hours and languages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from casework.clock import LONDON
from casework.duty import Duty
from casework.effects import OpenEscalation, RecordConsent, SetLanguage
from casework.guard import Guard, Guarded, Helplines
from casework.safeguarding import Rules
from casework.voice import Voice
from casework.yamlfile import BadData

DATA = Path(__file__).parents[3] / "data"
GUARD = Guard.load(DATA)
VOICE = Voice.load(DATA)
KINDS = Rules.load(DATA).kinds
TUESDAY_NOON = datetime(2026, 9, 1, 12, tzinfo=LONDON).astimezone(UTC)
SATURDAY_NIGHT = datetime(2026, 9, 5, 23, tzinfo=LONDON).astimezone(UTC)
ROUTINE: dict[str, Any] = {
    "opt_out_type": None,
    "remembered_language": None,
    "now": TUESDAY_NOON,
    "working_now": True,
    "adviser_name": "Sam Okafor",
    "stopped": False,
}


def check(text: str, **changes: Any) -> Guarded:
    guarded = GUARD.check(text, **ROUTINE | changes)
    assert guarded is not None
    return guarded


def said(guarded: Guarded, channel: str = "sms") -> str:
    args = {"name": "Jade", "service": "Onward"}
    return "\n".join(
        VOICE.render(key, args | own, language=guarded.language, channel=channel).text for key, own in guarded.replies
    )


def escalation(guarded: Guarded) -> OpenEscalation:
    found = [effect for effect in guarded.effects if isinstance(effect, OpenEscalation)]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("text", ["any plumbing courses", "hi", "", "2", "👍", "yes", "when does the course stop"])
def test_ordinary_messages_pass(text: str) -> None:
    assert GUARD.check(text, **ROUTINE) is None


def test_stop_is_recorded_and_confirmed() -> None:
    guarded = check("stop texting me")
    assert guarded.effects == [RecordConsent(event="stop")]
    assert (guarded.outcome, guarded.purpose) == ("guarded", "consent")
    assert [key for key, _ in guarded.replies] == ["stop_confirmed"]
    assert "START" in said(guarded)


def test_what_the_provider_has_answered_is_recorded_and_not_answered_again() -> None:
    guarded = check("STOP", opt_out_type="STOP")
    assert guarded.effects == [RecordConsent(event="stop", source="provider")]
    assert guarded.replies == []
    assert check("HELP", opt_out_type="HELP").replies == []
    assert check("START", opt_out_type="START", stopped=True).effects == [
        RecordConsent(event="start", source="provider")
    ]


def test_start_after_stop_and_a_bare_yes() -> None:
    assert check("start", stopped=True).effects == [RecordConsent(event="start")]
    assert check("YES", stopped=True).effects == [RecordConsent(event="start")]
    assert GUARD.check("YES", **ROUTINE) is None


def test_help_names_the_service_how_to_stop_and_who_can_help() -> None:
    text = said(check("HELP"))
    for part in ("Onward", "STOP", "999", "Childline 0800 1111"):
        assert part in text


def test_a_disclosure_is_believed_and_a_person_is_told_urgently() -> None:
    guarded = check("my stepdad hits me")
    assert (guarded.outcome, guarded.purpose) == ("guarded", "safeguarding")
    assert (guarded.risk.level, guarded.risk.kind) == ("immediate", "abuse_physical")
    told = escalation(guarded)
    assert (told.about, told.urgency) == ("safeguarding", "urgent")
    assert "physical abuse" in told.reason
    assert "abuse-physical" in told.reason
    assert told.detail == {"kind": "abuse_physical", "level": "immediate", "rule": "abuse-physical"}
    text = said(guarded)
    for part in ("I believe you", "999", "Childline 0800 1111", "not a person", "telling Sam now"):
        assert part in text


def test_a_concern_is_told_soon() -> None:
    guarded = check("im so depressed")
    assert escalation(guarded).urgency == "soon"
    assert guarded.purpose == "safeguarding"


def test_out_of_hours_it_says_when_somebody_will_read_it() -> None:
    text = said(check("i want to die", now=SATURDAY_NIGHT, working_now=False))
    assert "nobody may read this before 9am on Mon 7 Sep" in text
    assert "duty team" in text
    assert "to Sam" not in text
    assert "Samaritans 116 123" in text


def test_the_duty_team_is_named_while_it_works_and_the_adviser_does_not() -> None:
    text = said(check("i want to die", working_now=False))
    assert "telling our duty team now" in text
    assert "telling our duty team now" in said(check("i want to die", working_now=False, adviser_name=None))
    assert "telling our duty team now" in said(check("i want to die", adviser_name=None))


def test_an_adviser_who_is_back_before_the_duty_team_is_named() -> None:
    sunday = datetime(2026, 9, 6, 10, tzinfo=LONDON).astimezone(UTC)
    text = said(check("i want to die", now=SATURDAY_NIGHT, working_now=False, next_working_at=sunday))
    assert "before 10am on Sun 6 Sep" in text
    assert "passed it to Sam" in text


def test_stop_and_a_disclosure_in_one_message_are_both_honoured() -> None:
    guarded = check("stop texting me. my dad hits me")
    assert guarded.effects[0] == RecordConsent(event="stop")
    assert "They have said STOP" in escalation(guarded).reason
    assert guarded.purpose == "consent"
    assert [key for key, _ in guarded.replies] == ["stop_confirmed_with_help"]
    for part in ("999", "Childline", "START"):
        assert part in said(guarded)


def test_a_disclosure_after_stop_still_reaches_a_person() -> None:
    guarded = check("i want to die", stopped=True)
    assert escalation(guarded).urgency == "urgent"
    assert "ring them" in escalation(guarded).reason


def test_start_and_a_disclosure_in_one_message() -> None:
    guarded = check("you can text me again i want to die", stopped=True)
    assert guarded.effects[0] == RecordConsent(event="start")
    assert guarded.purpose == "safeguarding"
    assert escalation(guarded).urgency == "urgent"


def test_welsh_is_answered_in_welsh() -> None:
    guarded = check("dw i eisiau marw, alla i ddim mynd ymlaen")
    assert guarded.language == "cy"
    assert SetLanguage(language="cy") in guarded.effects
    assert escalation(guarded).urgency == "urgent"
    assert check("stop plis", remembered_language="cy").language == "cy"


def test_another_language_is_held_and_handed_to_a_person() -> None:
    guarded = check("szukam kursu hydraulika w Ashford")
    assert guarded.outcome == "other_language"
    assert guarded.effects[0] == SetLanguage(language="pl")
    told = escalation(guarded)
    assert (told.about, told.urgency) == ("other_language", "soon")
    assert "Polish" in told.reason
    assert said(guarded).startswith("Cześć")
    assert guarded.purpose == "reply"


def test_a_word_that_could_be_in_any_language_is_let_through() -> None:
    assert GUARD.check("ok", **ROUTINE | {"remembered_language": "pl"}) is None


def test_a_disclosure_in_the_middle_of_another_language_is_heard_first() -> None:
    guarded = check("мне нужны курсы. my dad hits me. где можно учиться")
    assert guarded.purpose == "safeguarding"
    assert "They write in" in escalation(guarded).reason


def test_asking_for_welsh_is_confirmed_in_welsh() -> None:
    guarded = check("cymraeg plis")
    assert guarded.language == "cy"
    assert guarded.effects == [SetLanguage(language="cy")]
    assert guarded.replies == [("language_set", {})]


def test_helplines_of_another_nation_are_not_given() -> None:
    england = said(check("my boyfriend hits me"))
    wales = said(check("my boyfriend hits me", nation="wales"))
    assert "National Domestic Abuse Helpline" in england
    assert "National Domestic Abuse Helpline" not in wales
    assert "Childline" in wales


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_kind_has_a_reply_in_both_languages_with_999(kind: str, language: str) -> None:
    known = KINDS[kind]
    lines = Helplines.load(DATA).for_kind(kind, "england")
    for key in {known.reply, known.concern_reply}:
        for channel in ("sms", "web"):
            rendered = VOICE.render(key, {"helplines": lines}, language=language, channel=channel)
            assert rendered.language == language
            assert "999" in rendered.text
            for line in lines if "helplines" in VOICE.texts[language][key].sources[0] else []:
                assert (line.get("call") or line["text_to"]) in rendered.text


def test_the_duty_team_keeps_its_hours_and_bank_holidays() -> None:
    duty = Duty.load(DATA)
    assert duty.next_at(TUESDAY_NOON) == TUESDAY_NOON
    friday_evening = datetime(2026, 8, 28, 18, tzinfo=LONDON)
    # the Monday is the summer bank holiday
    assert duty.next_at(friday_evening) == datetime(2026, 9, 1, 9, tzinfo=LONDON)
    assert duty.next_at(datetime(2026, 10, 24, 9, tzinfo=LONDON)) == datetime(2026, 10, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("duty.yml", "hours: {}\n"),
        ("duty.yml", 'hours: {monday: ["09:00", "17:00"]}\n'),
        ("duty.yml", 'hours: {mon: ["17:00", "09:00"]}\n'),
        ("helplines.yml", "helplines: {}\nkinds: {danger: [nobody]}\n"),
        ("helplines.yml", "helplines: {a: {name: A, nations: [wales]}}\nkinds: {}\n"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(BadData):
        (Duty if name == "duty.yml" else Helplines).load(tmp_path)
