"""What does not fit together is named: texts, numbers, words, intents, kinds, and questions that nothing asks."""

import shutil
from pathlib import Path

from casework.followup.checking import check_followup
from tests.unit.casework.followup.onpaper import DATA

QUESTIONS, PLAN, WELSH = "plans/questions.yml", "plans/follow-up/new_neet.yml", "texts/cy.yml"
FAULTS = [
    (
        QUESTIONS,
        "text: followup_gap_check\n",
        "text: followup_gap\n",
        "gap_check: followup_gap is no text of data/texts",
    ),
    (QUESTIONS, "say: followup_waiting", "say: followup_wading", "course_end: waiting: followup_wading is no text of"),
    (QUESTIONS, "{kind: job}", "{kind: play}", "job: play is no kind of activity_rules.yml"),
    (QUESTIONS, "[new, else, different]", "[new, end, same]", "survey: new: end is a word that the network acts on"),
    (QUESTIONS, "[new, else, different]", "[new, end, same]", "survey: same picks both same and new"),
    (QUESTIONS, "[money_bank_account, dont_know]", "[cash]", "how: cash is nothing that data/nlu has examples of"),
    (PLAN, "ask: neet_again", "ask: neet_first", "questions.yml: neet_again: nothing asks it"),
    (WELSH, "    4. Mae wedi dod i ben\n", "", "cy.yml: followup_job_check should number its 4 options from 1"),
]


def test_each_is_named_and_nothing_else(tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    for file, old, new, _ in FAULTS:
        text = (data / file).read_text("utf-8")
        assert old in text or new in text
        (data / file).write_text(text.replace(old, new, 1), "utf-8")
    found = check_followup(data)
    for *_, says in FAULTS:
        assert any(says in problem for problem in found), (says, found)

    others = [problem for problem in found if not any(says in problem for *_, says in FAULTS)]
    # what stands in two questions by an alias is said of both
    assert all("_again: " in problem for problem in others), others
