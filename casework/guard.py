"""What is looked at before any understanding, and works with everything else down.

In this order: STOP, START and HELP; telling of harm; asking for a language; a language that the assistant does not
write. The guard only describes: what it answers with is worded by the voice, what it wants done are effects.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from casework.duty import Duty
from casework.effects import AnyEffect, OpenEscalation, RecordConsent, SetLanguage
from casework.keywords import Keywords
from casework.language import DEFAULT, Decision, Languages
from casework.safeguarding import NOTHING, Risk, Rules
from casework.yamlfile import BadData, read_yaml

Reply = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Guarded:
    """What the guard made of a message. No replies means that the provider has already answered."""

    outcome: str
    replies: list[Reply]
    effects: list[AnyEffect]
    purpose: Literal["safeguarding", "consent", "reply"]
    risk: Risk
    language: str
    """The language that the replies are to be worded in."""


class Helplines:
    """The confirmed helplines, and which are given for what."""

    def __init__(self, lines: dict[str, dict[str, Any]], kinds: dict[str, list[str]]) -> None:
        self._lines = lines
        self._kinds = kinds

    @classmethod
    def load(cls, data_dir: Path | str) -> "Helplines":
        """Read ``data_dir/helplines.yml``. Raises ``BadData`` that says what is wrong with it."""
        path = Path(data_dir) / "helplines.yml"
        content: Any = read_yaml(path)
        try:
            lines, kinds = content["helplines"], content["kinds"]
            for name in (name for names in kinds.values() for name in names):
                if name not in lines:
                    raise ValueError(f"there is no helpline {name!r}")
            for name, line in lines.items():
                if not line["name"] or not (line.get("call") or line.get("text_to")) or not line["nations"]:
                    raise ValueError(f"{name}: a helpline has a name, a number and its nations")
            return cls(lines, kinds)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadData(f"{path}: {error}") from None

    def for_kind(self, kind: str, nation: str) -> list[dict[str, str]]:
        """What to give somebody for this kind of harm: name, and call or text_word and text_to."""
        found = [self._lines[name] for name in self._kinds.get(kind, self._kinds["danger"])]
        return [
            {part: str(line[part]) for part in ("name", "call", "text_word", "text_to") if line.get(part)}
            for line in found
            if line.get("confirmed") and nation in line["nations"]
        ]


class Guard:
    """Every rule that comes before understanding. Immutable once loaded, and so safe to share between threads."""

    def __init__(
        self, keywords: Keywords, rules: Rules, languages: Languages, helplines: Helplines, duty: Duty
    ) -> None:
        self._keywords = keywords
        self._rules = rules
        self._languages = languages
        self._helplines = helplines
        self._duty = duty

    @classmethod
    def load(cls, data_dir: Path | str) -> "Guard":
        """Read its data files. Raises ``BadData`` that names the file which cannot be used."""
        return cls(
            Keywords.load(data_dir),
            Rules.load(data_dir),
            Languages.load(data_dir),
            Helplines.load(data_dir),
            Duty.load(data_dir),
        )

    def check(
        self,
        text: str,
        *,
        opt_out_type: str | None = None,
        remembered_language: str | None = None,
        now: datetime,
        working_now: bool,
        adviser_name: str | None,
        stopped: bool,
        next_working_at: datetime | None = None,
        nation: str | None = None,
    ) -> Guarded | None:
        """What must happen with this message whatever else it says, or None to let it through.

        ``working_now`` and ``next_working_at`` are those of the adviser (or their cover) called ``adviser_name``;
        with nobody named, those of whoever answers the duty queue.
        """
        keyword = self._keywords.keyword(text, opt_out_type, stopped)
        risk = self._rules.check(text)
        decision = self._languages.decide(text, remembered_language)
        language = decision.language if decision.supported else DEFAULT
        told: list[AnyEffect] = []
        if decision.changed:
            told.append(SetLanguage(language=decision.language))
        if risk.level != "none":
            told.append(self._escalation(risk, stopped or keyword == "stop", decision))

        if keyword in ("stop", "start"):
            event: Literal["stop", "start"] = "stop" if keyword == "stop" else "start"
            effects: list[AnyEffect] = [
                RecordConsent(event=event, source="provider" if opt_out_type else "message"),
                *told,
            ]
            if keyword == "stop" or risk.level == "none":
                replies = self._consent_replies(event, opt_out_type, risk, nation)
                return Guarded("guarded", replies, effects, "consent", risk, language)
            told = effects
        elif keyword == "help" and risk.level == "none":
            # the provider has answered its own HELP: a second answer would only confuse
            replies = [] if opt_out_type else [("help", self._given("danger", nation))]
            return Guarded("guarded", replies, told, "reply", NOTHING, language)

        if risk.level != "none":
            replies = self._safeguarding_replies(risk, now, working_now, adviser_name, next_working_at, nation)
            return Guarded("guarded", replies, told, "safeguarding", risk, language)
        if decision.supported:
            if decision.asked:
                return Guarded("guarded", [("language_set", {})], told, "reply", risk, language)
            return None
        if decision.heard is None:
            # a word or two that could be in any language
            return None
        return self._other_language(decision, told)

    def _consent_replies(
        self, event: Literal["stop", "start"], opt_out_type: str | None, risk: Risk, nation: str | None
    ) -> list[Reply]:
        if event == "stop" and risk.level != "none":
            return [("stop_confirmed_with_help", self._given("stop", nation))]
        # with Advanced Opt-Out the provider has confirmed it already
        return [] if opt_out_type else [(f"{event}_confirmed", {})]

    def _safeguarding_replies(
        self,
        risk: Risk,
        now: datetime,
        working_now: bool,
        adviser_name: str | None,
        next_working_at: datetime | None,
        nation: str | None,
    ) -> list[Reply]:
        kind = risk.kind or "danger"
        known = self._rules.kinds[kind]
        key = known.reply if risk.level == "immediate" else known.concern_reply
        adviser, at = None, self._duty.next_at(now)
        if working_now:
            adviser, at = adviser_name, now
        elif next_working_at and next_working_at < at:
            adviser, at = adviser_name, next_working_at
        return [
            (key, self._given(kind, nation)),
            ("safeguarding_told", {"adviser": adviser, "at": None if at <= now else at.isoformat()}),
        ]

    def _given(self, kind: str, nation: str | None) -> dict[str, Any]:
        return {"helplines": self._helplines.for_kind(kind, nation or "england")}

    def _escalation(self, risk: Risk, stopped: bool, decision: Decision) -> OpenEscalation:
        words = self._rules.kinds[risk.kind].words if risk.kind else "harm"
        reason = f"May be telling us of {words} (rule {risk.rule})."
        if stopped:
            reason += " They have said STOP, so the assistant can not write to them again: ring them."
        if not decision.supported:
            reason += f" They write in {decision.name}."
        return OpenEscalation(
            about="safeguarding",
            urgency="urgent" if risk.level == "immediate" else "soon",
            reason=reason,
            detail={"kind": risk.kind, "level": risk.level, "rule": risk.rule},
        )

    def _other_language(self, decision: Decision, told: list[AnyEffect]) -> Guarded:
        escalation = OpenEscalation(
            about="other_language",
            urgency="soon",
            reason=f"Writes in {decision.name}, which the assistant does not. They were told that a person will help.",
            detail={"language": decision.language, "name": decision.name},
        )
        replies: list[Reply] = [("other_language", {"holding": decision.holding})]
        return Guarded("other_language", replies, [*told, escalation], "reply", NOTHING, DEFAULT)
