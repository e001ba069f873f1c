"""Rasa's rule policy with an index: it compares every rule with every state, which grows with the rules."""

from collections import defaultdict
from typing import Any, Dict, List, Optional, Set, Text, Tuple

from rasa.core.policies.rule_policy import RULES, SHOULD_NOT_BE_SET, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT, TEXT

Mark = Tuple[Optional[Text], Optional[Text]]
"""The intent and the last action that a state has, or that a rule asks of it; None: it does not ask."""


class IndexedRulePolicy(RulePolicy):
    """Decides exactly as ``RulePolicy``, looking only at the rules that can match the latest state."""

    def _get_possible_keys(self, lookup: Dict[Text, Text], states: List[State]) -> Set[Text]:
        if not states:
            return super()._get_possible_keys(lookup, states)
        index = self._index(lookup)
        intent, action = _mark(states[-1])
        marks = {(intent, action), (intent, None), (None, action), (None, None)}
        candidates = {key: lookup[key] for mark in marks for key in index.get(mark, ())}
        return super()._get_possible_keys(candidates, states)

    def _index(self, lookup: Dict[Text, Text]) -> Dict[Mark, List[Text]]:
        indexes: Dict[int, Tuple[int, Any]] = self.__dict__.setdefault("_indexes", {})
        size, index = indexes.get(id(lookup), (-1, None))
        if size != len(lookup):
            # rules are only ever added while training, so the size says whether the index is still whole
            index = defaultdict(list)
            for key in lookup:
                index[_mark(self._rule_key_to_state(key)[-1])].append(key)
            indexes[id(lookup)] = (len(lookup), index)
        return index

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Tuple[Optional[Text], Optional[Text], bool]:
        # no rule of ours is about the wording of a message, so there is nothing to find by it
        if use_text_for_last_user_input and not self._any_by_text():
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _any_by_text(self) -> bool:
        if "_by_text" not in self.__dict__:
            rules = self.lookup.get(RULES, {})
            self._by_text = any(TEXT in state.get(USER, {}) for key in rules for state in self._rule_key_to_state(key))
        return self._by_text


def _mark(state: State) -> Mark:
    return _asked(state.get(USER, {}).get(INTENT)), _asked(state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME))


def _asked(value: Any) -> Optional[Text]:
    return value if value and value != SHOULD_NOT_BE_SET else None
