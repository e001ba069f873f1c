"""What Rasa's own validation lets pass: checks over the training data as plain dicts. Needs PyYAML only."""

from pathlib import Path
from typing import Any, Dict, Iterable, List, Set

from turnbot.sources import load
from turnbot.text import words

TOPICS = frozenset(
    {
        "courses", "apprenticeships_jobs", "plans", "applications", "activity", "money", "travel", "adviser",
        "privacy_optout", "about_bot", "smalltalk", "out_of_scope",
    }
)  # fmt: skip
"""What a message can be about. Reports and reviews count by these, so the list is closed."""

FALLBACK = "nlu_fallback"
FEWEST_EXAMPLES = 8
EXAMPLES_FILES = "*.yml"
OTHER_FILES = frozenset({"topics.yml", "entities.yml", "shorthand.yml"})
"""Files beside the examples that are not examples."""


def example_files(nlu: Path) -> List[Path]:
    """The files with training examples, those in folders below (other languages) too."""
    return sorted(path for path in nlu.rglob(EXAMPLES_FILES) if path.name not in OTHER_FILES)


def examples(contents: Iterable[Dict[str, Any]]) -> Dict[str, List[str]]:
    """Examples by intent, from the contents of NLU files."""
    found: Dict[str, List[str]] = {}
    for content in contents:
        for entry in content.get("nlu", []):
            lines = [line.strip() for line in str(entry.get("examples", "")).splitlines()]
            found.setdefault(entry["intent"], []).extend(line[2:].strip() for line in lines if line[:2] == "- ")
    return found


def problems(
    domains: List[Dict[str, Any]],
    rules: List[Dict[str, Any]],
    nlu: Dict[str, List[str]],
    topics: Dict[str, str],
) -> List[str]:
    """Everything that is wrong, one plain line each; empty when all is well."""
    return [
        *_intents(domains, rules, nlu),
        *_examples(nlu),
        *_topics(set(nlu) | {FALLBACK}, topics),
        *_responses(domains, rules),
    ]


def _intents(domains: List[Dict[str, Any]], rules: List[Dict[str, Any]], nlu: Dict[str, List[str]]) -> Iterable[str]:
    listed = [_name(intent) for domain in domains for intent in domain.get("intents", [])]
    for intent in sorted({i for i in listed if listed.count(i) > 1}):
        yield f"intent {intent} is in the domain twice"
    answered = {step["intent"] for rule in _rules(rules) for step in rule.get("steps", []) if "intent" in step}
    for intent in sorted(set(listed) | {FALLBACK}):
        if intent not in answered:
            yield f"intent {intent} has no rule: nothing would be said"
        if intent != FALLBACK and len(nlu.get(intent, [])) < FEWEST_EXAMPLES:
            yield f"intent {intent} has {len(nlu.get(intent, []))} examples; it needs {FEWEST_EXAMPLES}"
    for intent in sorted(set(nlu) - set(listed)):
        yield f"intent {intent} has examples but is not in the domain"
    for intent in sorted(answered - set(listed) - {FALLBACK}):
        yield f"intent {intent} has a rule but is not in the domain"


def _examples(nlu: Dict[str, List[str]]) -> Iterable[str]:
    where: Dict[str, str] = {}
    for intent, lines in nlu.items():
        for line in lines:
            key = " ".join(w.norm for w in words(line)) or line
            if key in where:
                same = "twice" if where[key] == intent else f"also in {where[key]}"
                yield f"example {line!r} of {intent} is there {same}"
            where.setdefault(key, intent)


def _topics(intents: Set[str], topics: Dict[str, str]) -> Iterable[str]:
    for intent in sorted(intents - set(topics)):
        yield f"intent {intent} has no topic in topics.yml"
    for intent in sorted(set(topics) - intents):
        yield f"topics.yml names {intent}, which is no intent"
    for intent, topic in sorted(topics.items()):
        if topic not in TOPICS:
            yield f"topic {topic} of intent {intent} is not one of ours"


def _responses(domains: List[Dict[str, Any]], rules: List[Dict[str, Any]]) -> Iterable[str]:
    names = [name for domain in domains for name in domain.get("responses", {})]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield f"response {name} is in the domain twice"
    used = {step["action"] for rule in _rules(rules) for step in rule.get("steps", []) if "action" in step}
    actions = {_name(action) for domain in domains for action in domain.get("actions", [])}
    forms = {form for domain in domains for form in domain.get("forms", {})}
    for name in sorted(set(names) - used):
        if not name.startswith("utter_ask_"):
            yield f"response {name} is never said"
    for name in sorted(used - set(names) - actions - forms):
        if name not in ("action_listen", "action_deactivate_loop"):
            yield f"a rule runs {name}, which the domain does not have"


def _rules(contents: Iterable[Dict[str, Any]]) -> Iterable[Dict[str, Any]]:
    for content in contents:
        yield from content.get("rules", [])


def _name(entry: Any) -> str:
    return next(iter(entry)) if isinstance(entry, dict) else str(entry)


def check_folders(bot: Path, data: Path) -> List[str]:
    """``problems`` of the files in the bot's folder and in ``data/nlu``."""
    return problems(
        [load(path) for path in sorted((bot / "domain").glob("*.yml"))],
        [load(path) for path in sorted((bot / "rules").glob("*.yml"))],
        examples(load(path) for path in example_files(data / "nlu")),
        load(data / "nlu" / "topics.yml"),
    )
