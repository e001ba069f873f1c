"""Swear words set aside, so that a question with one in it is still a question. Pure Python.

Places are kept: each word is replaced by something of its own length, so that what is found in the rest stands where
it stands in the message.
"""

import re

_PUTS_AS = {"wtf": "wat", "wth": "wat"}
_SWEARING = re.compile(
    r"\b(?:wtf|wth|tf|ffs|fs|af|(?:mother)?f+u+c*k+\w*|fkn|fk|fcking|fckin|fukin|fuk|effin|effing|"
    r"fricking|frickin|frigging|"
    r"(?:bull|dip)?shit\w*|sh1t\w*|shite|bloody|blimming|sodding|damn|dam|crap|crappy|bollocks|"
    r"piss(?:ed|ing)?(?: off)?|"
    r"arse|arsed|ass|bastard\w*|bitch\w*|dick(?:head)?|wank\w*|twat\w*|prick|cunt\w*|knob(?:head)?|"
    r"the (?:fuck|hell)|hell)\b",
    re.IGNORECASE,
)
LOOKS_LIKE = frozenset({"insult", "upset", "nlu_fallback", "out_of_scope", "complaint"})
"""What a question with a swear word in it may be taken for."""


def set_aside(text: str) -> str:
    """The message without its swear words, as long as it was; the same object when there are none."""
    if not _SWEARING.search(text):
        return text
    return _SWEARING.sub(lambda found: _PUTS_AS.get(found.group().lower(), "").ljust(len(found.group())), text)
