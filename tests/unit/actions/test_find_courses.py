"""Searching, refining, paging, and what is said when there is nothing."""

import pytest

from tests.unit.actions.stage import Stage

PLUMBING = ("subject", "plumbing", "plumbing")


def find(stage: Stage, text: str, *entities, intent: str = "find_courses"):  # type: ignore[no-untyped-def]
    return stage.act("action_find_courses", text, *entities, intent=intent)


def refs(answer) -> list[str]:  # type: ignore[no-untyped-def]
    return [hit["course_ref"] for hit in answer.args["hits"]]


def test_subject_and_place(stage: Stage) -> None:
    answer = find(stage, "any plumbing near margate", PLUMBING, ("place", "margate", "margate"))
    assert answer.keys == ["course_list"]
    assert set(refs(answer)) == {"C1", "C2"}
    assert answer.args["asked"]["place"] == "Margate"
    assert stage.slots["subject"] == "plumbing"
    assert stage.slots["offered"]["items"] == refs(answer)


def test_a_refinement_keeps_the_rest(stage: Stage) -> None:
    find(stage, "any plumbing near margate", PLUMBING, ("place", "margate", "margate"))
    answer = find(stage, "what about level 1", ("level", "1", "level 1"))
    assert refs(answer) == ["C1"]
    assert stage.slots["course"] == "C1", "the only one is the one that questions are about"


def test_a_new_subject_keeps_the_place_and_drops_the_level(stage: Stage) -> None:
    find(stage, "level 1 plumbing near dover", PLUMBING, ("level", "1", "level 1"), ("place", "dover", "dover"))
    answer = find(stage, "what about hair", ("subject", "hair_beauty", "hair"))
    assert refs(answer) == ["C5"]
    assert (stage.slots["place"], stage.slots["level"]) == ("dover", None)


def test_a_search_of_long_ago_is_not_refined(stage: Stage) -> None:
    find(stage, "plumbing near margate", PLUMBING, ("place", "margate", "margate"))
    stage.later(hours=25)
    answer = find(stage, "level 1", ("level", "1", "level 1"))
    assert set(refs(answer)) == {"C1", "C6"}


def test_nearer_means_where_they_live(stage: Stage) -> None:
    find(stage, "plumbing", PLUMBING)
    answer = find(stage, "anything nearer me")
    assert answer.args["asked"]["place"] == "Margate"


def test_nearer_asks_where_when_nobody_knows(stage: Stage) -> None:
    stage.young_person = None
    find(stage, "plumbing", PLUMBING)
    assert find(stage, "anything nearer").keys == ["ask_where"]
    assert set(refs(find(stage, "margate", ("place", "margate", "margate")))) == {"C1", "C2"}


def test_apprenticeships_are_a_route(stage: Stage) -> None:
    answer = find(stage, "any apprenticeships in plumbing", PLUMBING, intent="find_apprenticeships")
    assert refs(answer) == ["C3"]
    assert stage.slots["route"] == "apprenticeship"


def test_what_is_not_wanted_is_not_searched(stage: Stage) -> None:
    answer = find(stage, "plumbing without hair", PLUMBING, ("subject", "hair_beauty", "hair"))
    assert {ref in {"C1", "C2", "C3", "C4"} for ref in refs(answer)} == {True}


def test_nothing_said_starts_the_form(stage: Stage) -> None:
    answer = find(stage, "find me a course")
    assert (answer.replies, answer.follow) == ([], "course_form")


@pytest.mark.parametrize("text", ["got kicked out of school what can i do", "what can i do at college"])
def test_chatter_is_no_search(stage: Stage, text: str) -> None:
    college = [("route", "college", "college")] if "college" in text else []
    answer = find(stage, text, *college)
    assert (answer.effects, answer.follow) == ([], "course_form")


def test_near_misses_are_said_and_the_demand_is_noted(stage: Stage) -> None:
    answer = find(stage, "hair in margate", ("subject", "hair_beauty", "hair"), ("place", "margate", "margate"))
    assert answer.keys == ["courses_near"]
    assert refs(answer) == ["C5"]
    assert answer.args["relaxed"] == ["place"]
    assert answer.effects == [{"kind": "note_unmet_demand", "subject": "hair_beauty", "place": "margate"}]


def test_nothing_at_all_offers_a_person(stage: Stage) -> None:
    answer = find(stage, "falconry courses")
    assert answer.keys == ["courses_none"]
    assert answer.effects == [{"kind": "note_unmet_demand", "subject": "falconry"}]
    assert stage.slots["offered"]["kind"] == "person"


def test_more_shows_the_next_page_and_says_when_it_ends(stage: Stage) -> None:
    first = refs(find(stage, "plumbing", PLUMBING))
    answer = stage.act("action_more", "more", intent="more")
    assert answer.keys == ["course_list_more"]
    assert len(refs(answer)) == 1
    assert not set(refs(answer)) & set(first)
    assert stage.act("action_more", "more", intent="more").keys == ["no_more"]


def test_more_of_nothing(stage: Stage) -> None:
    assert stage.act("action_more", "more", intent="more").keys == ["more_of_what"]


@pytest.mark.parametrize("said", ["dunno", "anything", "whatever"])
def test_no_idea_gets_broad_choices(stage: Stage, said: str) -> None:
    stage.slots.update(requested_slot="wanted", wanted=said)
    intent = "dont_know" if said == "dunno" else "find_courses"
    stage.act("validate_course_form", said, intent=intent)
    stage.slots["requested_slot"] = None
    answer = find(stage, said, intent=intent)
    assert answer.keys == ["broad_choices"]
    assert stage.slots["offered"]["kind"] == "subjects"
    assert stage.slots["wanted"] is None


def test_the_form_can_be_left(stage: Stage) -> None:
    stage.slots.update(requested_slot="wanted", wanted="no forget it")
    stage.act("validate_course_form", "no forget it", intent="never_mind")
    stage.slots["requested_slot"] = None
    answer = find(stage, "no forget it", intent="never_mind")
    assert (answer.keys, answer.follow) == (["never_mind"], None)


def test_the_form_waits_for_its_question(stage: Stage) -> None:
    stage.slots.update(requested_slot=None, wanted=None)
    assert stage.act("validate_course_form", "find me a course", intent="find_courses").replies == []
    assert stage.slots["wanted"] is None


def test_hours_cannot_be_searched_by(stage: Stage) -> None:
    find(stage, "plumbing", PLUMBING)
    assert find(stage, "how about part time").keys == ["cannot_narrow"]
    assert stage.slots["subject"] == "plumbing"


def test_a_subject_added_to_a_route_narrows_it(stage: Stage) -> None:
    find(stage, "apprenticeships", ("route", "apprenticeship", "apprenticeships"), intent="find_apprenticeships")
    assert refs(find(stage, "in plumbing", PLUMBING)) == ["C3"]


def test_a_provider_lets_go_of_place_and_route(stage: Stage) -> None:
    find(stage, "apprenticeships near margate", ("place", "margate", "margate"), intent="find_apprenticeships")
    answer = find(stage, "harbour trades")
    assert refs(answer) == ["C3"]
    assert (stage.slots["provider"], stage.slots["place"], stage.slots["route"]) == ("P2", None, None)


def test_a_name_that_was_not_understood_is_searched(stage: Stage) -> None:
    answer = stage.act("action_not_understood", "harbour trades", intent="nlu_fallback")
    assert answer.keys == ["course_list"]
    assert stage.slots["misses"] == 0


def test_near_is_offered_and_narrows_by_place_and_age(stage: Stage) -> None:
    answer = find(stage, "plumbing", PLUMBING)
    assert answer.args["near_me"] == "age"
    assert "NEAR" in stage.word("course_list", answer.args)
    answer = find(stage, "NEAR")
    assert set(refs(answer)) == {"C1", "C2"}
    assert (answer.args["asked"]["place"], answer.args["asked"]["age"]) == ("Margate", 16)
    assert answer.args["near_me"] is None
    # it was asked for: the next search keeps it
    find(stage, "what about hair", ("subject", "hair_beauty", "hair"))
    assert (stage.slots["place"], stage.slots["age"]) == ("margate", 16)


def test_near_is_not_offered_where_it_cannot_help(stage: Stage) -> None:
    stage.young_person = None
    assert find(stage, "plumbing", PLUMBING).args["near_me"] is None


def test_nearer_asks_for_the_place_alone(stage: Stage) -> None:
    find(stage, "plumbing", PLUMBING)
    find(stage, "anything nearer me")
    assert (stage.slots["place"], stage.slots["age"]) == ("margate", None)


def test_days_narrow_a_search(stage: Stage) -> None:
    find(stage, "plumbing near margate", PLUMBING, ("place", "margate", "margate"))
    answer = find(stage, "but not thursdays")
    assert set(refs(answer)) == {"C1", "C2"}
    assert answer.args["asked"]["days"] == "-thu"
    answer = find(stage, "in the evenings")
    assert {tuple(hit["unknown"]) for hit in answer.args["hits"]} == {("days",)}
    assert "days not known" in stage.word("course_list", answer.args)


def test_days_they_cannot_do_narrow_the_list_that_was_shown(stage: Stage) -> None:
    find(stage, "plumbing near margate", PLUMBING, ("place", "margate", "margate"))
    answer = stage.act("action_course_fact", "not mondays", intent="course_days")
    assert answer.keys == ["courses_near"], "both run on Mondays"
    assert answer.args["relaxed"] == ["days"]
    assert answer.args["asked"]["days"] == "-mon"


def test_only_full_ones_are_missed_too(stage: Stage) -> None:
    answer = find(stage, "hair in dover", ("subject", "hair_beauty", "hair"), ("place", "dover", "dover"))
    assert refs(answer) == ["C5"]
    assert "full" in stage.word("course_list", answer.args)
    assert answer.effects == [{"kind": "note_unmet_demand", "subject": "hair_beauty", "place": "dover"}]


def test_words_about_somebody_are_not_kept(stage: Stage) -> None:
    answer = find(stage, "jade webbing courses")
    assert answer.keys == ["courses_none"]
    assert answer.effects == [{"kind": "note_unmet_demand"}]
