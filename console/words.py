"""Times, costs and authors as an adviser reads them. Times are shown in Europe/London."""

from datetime import date, datetime

from casework.clock import LONDON
from casework.gsm7 import SINGLE_GSM7, SINGLE_UCS2, clean, measure
from casework.tables import Conversation, Message, YoungPerson
from casework.transcript import Entry

SNIPPET = 140
"""Characters of the last message shown in a list."""


def moment(at: datetime, now: datetime) -> str:
    """A time as *Today, 14:05*, *Yesterday, 09:10*, *12 May, 09:10* or, in another year, *12 May 2025, 09:10*."""
    local, today = at.astimezone(LONDON), now.astimezone(LONDON).date()
    ago = (today - local.date()).days
    if ago in (0, 1):
        return f"{'Today' if ago == 0 else 'Yesterday'}, {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%B}{year}, {local:%H:%M}"


def how_long(since: datetime, now: datetime) -> str:
    """A wait as *just now*, *5 minutes*, *3 hours* or *2 days*, rounded down."""
    minutes = int((now - since).total_seconds()) // 60
    for size, unit in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        count = minutes // size
        if count > 0:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "just now"


def age(born: date, now: datetime) -> int:
    """Whole years at ``now``."""
    today = now.astimezone(LONDON).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def phone(number: str) -> str:
    """A UK mobile number as people write it; any other as it is kept."""
    if number.startswith("+44") and len(number) == 13:
        return f"0{number[3:7]} {number[7:10]} {number[10:]}"
    return number


def full_name(person: YoungPerson) -> str:
    """First and last name, with what they like to be called when it is another name."""
    name = f"{person.first_name} {person.last_name}"
    return f"{name} ({person.known_as})" if person.known_as and person.known_as != person.first_name else name


def stranger(conversation: Conversation) -> str:
    """What to call somebody who is not in the record."""
    return f"Unknown number {phone(conversation.address)}" if conversation.channel == "sms" else "Web chat visitor"


def channel(code: str) -> str:
    """A channel in plain words."""
    return {"sms": "Text", "web": "Web chat"}.get(code, code)


def author(entry: Entry, called: str) -> str:
    """Who said it. ``called`` is the young person's name."""
    if entry.inbound:
        return called
    if entry.author == "adviser":
        return entry.adviser or "An adviser"
    return "The assistant" if entry.author == "assistant" else "The service"


def snippet(message: Message) -> str:
    """The beginning of a message on one line."""
    text = " ".join(message.text.split())
    if not text:
        return "(a picture or file)" if message.media else "(empty)"
    return text if len(text) <= SNIPPET else text[: SNIPPET - 1].rstrip() + "…"


def cost(text: str) -> str:
    """What a text message would take: characters, encoding and the number of texts."""
    measured = measure(clean(text.replace("\r\n", "\n").strip()))
    if measured.segments == 0:
        return f"Nothing written yet. One text holds {SINGLE_GSM7} characters."
    plain = measured.encoding == "gsm7"
    characters = f"{measured.units} character{'' if measured.units == 1 else 's'}"
    texts = "1 text" if measured.segments == 1 else f"{measured.segments} texts"
    sort = "standard letters (GSM-7)" if plain else f"an emoji or special letter, so {SINGLE_UCS2} fit a text (UCS-2)"
    return f"{texts}: {characters}, {sort}."
