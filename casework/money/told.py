"""What somebody tells of an application, in any words: "sent the form and opened an account" is two steps.

Pure: words in, steps out. What is asked ("have they got my form"), still to do ("need to sign it") or not so ("havent
sent it") is no step. Where nothing is clear, nothing is told: a step that is missed can be said again, one that was
made up is a fact that nobody said.
"""

import re

_FORM = r"(?:forms?|application|paperwork|ffurflen|cais)"
_MONEY = r"(?:ema|bursary|money|payment|lca|bwrsari|arian|care to learn|free meals)"
_PROOF = (
    r"(?:evidence|proof|payslips?|pay slips?|p60|bank statements?|documents?|birth certificate|award letter|"
    r"tystiolaeth)"
)
_SENT = (
    r"(?:sent|send|posted|handed|gave|given|submitted|filled|completed|done|did|put|took|dropped|emailed|uploaded|"
    r"returned|anfon|wedi anfon|anfonais)"
)

_NEGATED = re.compile(
    r"\b(?:not|n't|havent|hasnt|didnt|doesnt|dont|isnt|never|aint|wont|cant|couldnt|nae|need|needs|have to|has to|"
    r"got to|gotta|about to|going to|gonna|gunna|will|ill|to (?:send|sign|open|fill|hand|post)|want to|wanna|"
    r"should|if|"
    r"when|before|until|ddim|heb)\b|n't\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"^\W*(?:(?:and|but|so|ok|hi|hiya|hey|um)\s+)*(?:did|do|does|has|have (?:they|you|u)|is|are|am|can|could|"
    r"when|where|"
    r"what|whats|who|why|how|any|which|will|should|oes|ydy|beth|pryd|sut)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[,.;!\n]+|\b(?:and|but|then|so|n|nd|ac|a wedyn|ond)\b|&|\+", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.!?;\n])\s*")

_DONE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (step, re.compile(pattern, re.IGNORECASE))
    for step, pattern in (
        ("evidence_sent", rf"\b{_SENT}\b.{{0,40}}\b{_PROOF}\b|\b{_PROOF}\b.{{0,20}}\b(?:sent|in|done|off)\b"),
        (
            "form_sent",
            rf"\b{_SENT}\b(?!.{{0,30}}\bletter\b).{{0,30}}\b{_FORM}\b|\b{_FORM}\b.{{0,25}}\b(?:in|sent|done|off|"
            rf"gone)\b|"
            rf"\b(?:sent|posted|handed) (?:it|them) (?:off|in|back|all)\b|"
            rf"\b(?:ive|i've|i have|i|weve|we|just|already) (?:just |already )?(?:applied|put in)\b|"
            rf"\bapplied for (?:the |my |a )?{_MONEY}\b",
        ),
        (
            "notice",
            r"\b(?:letter|notice|email|text|message)\b.{0,40}\b(?:entitle\w*|approv\w*|accept\w*|say\w* (?:yes|"
            r"i can|i get)|"
            r"i got it)\b|\b(?:been|got|was|am|im|i'm) (?:approved|accepted|awarded)\b|\bthey said yes\b|"
            r"\b(?:approved|agreed|accepted) (?:my|the|me)\b|\b(?:notice|letter) of entitlement\b|"
            r"\b(?:llythyr)\b.{0,40}\b(?:hawl|cael)\b",
        ),
        (
            "agreement",
            r"\bsigned\b.{0,30}\b(?:agreement|contract|it|form at)\b|\b(?:agreement|contract)\b.{0,15}\bsigned\b|"
            r"\b(?:llofnodi|arwyddo)\b.{0,30}\b(?:cytundeb)\b",
        ),
        (
            "paid",
            rf"\b(?:got|been|was|just got) paid\b|\bpaid (?:me|in|into)\b|\b(?:it|{_MONEY}) (?:has |just |finally |)?"
            rf"(?:came|come|went|gone|dropped|landed|got paid)\b(?:.{{0,10}}\b(?:in|through)\b)|"
            rf"\b(?:got|had|received) (?:my|the) (?:first )?(?:{_MONEY})\b(?! letter| form)|"
            rf"\bfirst payment (?:came|went|in)\b|"
            rf"\bit(?:'s|s)? (?:got )?paid in\b",
        ),
        (
            "bank_account",
            r"\b(?:opened|got|set up|made|have|sorted|wedi agor)\b.{0,15}\b(?:bank )?(?:account|acc|acct|"
            r"cyfrif)\b(?! number)",
        ),
    )
)
_TROUBLE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (step, re.compile(pattern, re.IGNORECASE))
    for step, pattern in (
        (
            "payment_stopped",
            rf"\b(?:stopp?ed|cut off|cancelled)\b.{{0,20}}\b(?:{_MONEY}|paying|payments?|it)\b|"
            rf"\b(?:{_MONEY}|payments?)\b.{{0,20}}\b(?:stopp?ed|been cut off)\b",
        ),
        (
            "payment_late",
            rf"\b(?:havent|haven't|hasnt|hasn't|not|didnt|didn't|never|aint|still no)\b.{{0,30}}\b(?:paid|come|"
            rf"gone in)\b|"
            rf"\b(?:havent|haven't|not|didnt|didn't|never|aint) (?:had|got|get|received) (?:my|the|any) {_MONEY}\b|"
            rf"\bno {_MONEY} (?:this|again|yet|today|come)\b|"
            rf"\b{_MONEY}\b.{{0,20}}\b(?:late|missing|hasnt|hasn't|not come|didnt|didn't)\b|"
            rf"\bstill waiting for my (?:{_MONEY})\b",
        ),
    )
)
_ENDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (step, re.compile(pattern, re.IGNORECASE))
    for step, pattern in (
        (
            "refused",
            r"\bthey(?:ve|'ve| have)? (?:said|told me|say) (?:no|im not|i'm not|i cant|i can't|i dont|i don't)\b|"
            r"\b(?:got|been|was|were|they) told (?:me )?(?:that )?(?:i |im |i'm )?"
            r"(?:dont|don't|cant|can't|wont|won't|not) "
            r"(?:get|have|qualif\w+|eligible|entitled|allowed)\b|"
            r"\b(?:turned down|turned me down|rejected|refused|declined|knocked back)\b|\bsaid no to\b|"
            r"\bnot (?:entitled|eligible)\b.{0,25}\b(?:letter|they|said|says)\b|\b(?:letter|"
            r"they)\b.{0,25}\bnot (?:entitled|eligible)\b|"
            r"\bdid(?:nt|n't| not) get (?:the bursary|ema|accepted|approved)\b",
        ),
        (
            "not_wanted",
            r"\b(?:cant|can't|cba|not|couldnt|couldn't) (?:be )?(?:bothered|arsed|fussed)\b|\bcba\b|"
            r"\b(?:dont|don't|do not) (?:want|need) (?:it|ema|the (?:bursary|ema|money)|to (?:apply|do it|bother))\b|"
            r"\b(?:not|wont be|decided not|no longer) (?:going to |gonna )?(?:apply|applying)\b|"
            r"\bgiving up on (?:it|ema|the)\b",
        ),
    )
)
WANTS = re.compile(
    rf"\b(?:want|wanna|would like|id like|i'd like|going|gonna) (?:to )?(?:apply|go for|put in)\b(?!.*\bcourse\b)"
    rf"|\bi want (?:to get |to claim )?(?:the |my )?{_MONEY}\b",
    re.IGNORECASE,
)


def steps_told(text: str, *, trouble: bool = False) -> list[str]:
    """The steps, troubles and ends that ``text`` tells of, each once, in the order of the journey.

    ``trouble``: it is known to speak of a payment that went wrong; then what has no word for it is a late one.
    """
    found: list[str] = []
    for sentence in (one for one in _SENTENCES.split(text) if one.strip()):
        found += _of_sentence(sentence)
    if trouble and not any(step in found for step in ("payment_late", "payment_stopped")):
        found.append("payment_late")
    if any(step in found for step in ("payment_late", "payment_stopped")):
        # "got paid last week but nothing this week": the trouble is what counts now, and it says the rest
        found = [step for step in found if step != "paid"]
    return [step for step in _ORDER if step in found]


_ORDER = [
    *("bank_account", "form_sent", "evidence_sent", "notice", "agreement", "paid"),
    *("payment_late", "payment_stopped", "refused", "not_wanted"),
]


def _of_sentence(sentence: str) -> list[str]:
    ends = [step for step, pattern in _ENDS if pattern.search(sentence)]
    if ends and not sentence.rstrip().endswith("?"):
        return ends[:1]
    if _NEGATED.search(sentence) or _ASKED.search(sentence) or sentence.rstrip().endswith("?"):
        return [step for clause in _CLAUSES.split(sentence) if clause for step in _of_clause(clause)]
    return [step for step, pattern in (*_TROUBLE, *_DONE) if pattern.search(sentence)]


def _of_clause(clause: str) -> list[str]:
    if _ASKED.search(clause) or clause.rstrip().endswith("?"):
        return []
    troubles = [step for step, pattern in _TROUBLE if pattern.search(clause)]
    if troubles or _NEGATED.search(clause):
        return troubles
    return [step for step, pattern in _DONE if pattern.search(clause)]
