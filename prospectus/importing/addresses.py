"""Towns, postcodes, positions, ages and money, out of the ways in which feeds write them."""

import re
from decimal import Decimal, InvalidOperation

POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b", re.IGNORECASE)
_COUNTY_NAMES = """avon,bedfordshire,berkshire,buckinghamshire,cambridgeshire,cheshire,cleveland,clwyd,cornwall,
county durham,cumberland,cumbria,derbyshire,devon,dorset,durham,dyfed,east sussex,east yorkshire,england,essex,
gloucestershire,great britain,greater london,greater manchester,gwent,gwynedd,hampshire,herefordshire,hertfordshire,
isle of wight,kent,lancashire,leicestershire,lincolnshire,merseyside,mid glamorgan,middlesex,norfolk,north yorkshire,
northamptonshire,northern ireland,northumberland,nottinghamshire,oxfordshire,powys,rutland,scotland,shropshire,
somerset,south glamorgan,south yorkshire,staffordshire,suffolk,surrey,sussex,tyne and wear,uk,united kingdom,wales,
warwickshire,west glamorgan,west midlands,west sussex,west yorkshire,wiltshire,worcestershire,yorkshire"""
_COUNTIES = frozenset(name.strip() for name in _COUNTY_NAMES.split(","))
_STREET = re.compile(
    r"\d|\b(?:road|street|lane|avenue|drive|close|way|campus|house|floor|building|centre|center|park|estate|unit|units"
    r"|square|terrace|hill|place|court|college|school|university|hospital|gardens|quay|row|hall)\b",
    re.IGNORECASE,
)
_AGES = re.compile(r"(\d{1,2})\s*(?:-|to|–|—)\s*(\d{1,2})")
_AGE_FROM = re.compile(
    r"(\d{1,2})\s*(?:\+|plus|and over|or over|years and over|and above)|(?:over|from|aged?)\s*(\d{1,2})"
)
_AMOUNT = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?\s*(?:gbp|pounds)?", re.IGNORECASE)
_NO_AMOUNT = frozenset(
    {"tbc", "tba", "n/a", "na", "none", "nodata", "no data", "unknown", "-", "?", "not known", "null"}
)
_FREE = re.compile(r"(?:free|no (?:cost|fee|charge)s?|fully funded)\.?", re.IGNORECASE)


def postcode(text: str | None) -> str | None:
    """The postcode in a text, as it is usually written, or None.

    >>> postcode("tr153rd"), postcode("Pool, Redruth"), postcode("TR15  3RD, UK")
    ('TR15 3RD', None, 'TR15 3RD')
    """
    match = POSTCODE.search((text or "")[:200])
    return f"{match[1]} {match[2]}".upper() if match else None


def outcode(code: str | None) -> str | None:
    """The outward code of a postcode: ``TR15`` of ``TR15 3RD``."""
    return code.split()[0] if code else None


def town(lines: list[str]) -> str | None:
    """The town of an address: its last line that is no street, postcode, county or country. None where there is none.

    >>> town(["Trevenson Campus", "Pool", "Redruth", "Cornwall"]), town(["Bodelva, St Austell, Cornwall"])
    ('Redruth', 'St Austell')
    >>> town(["Trevenson Road"]) is None
    True
    """
    parts = [part.strip() for line in lines for part in re.split(r"[,\n\r]", line[:1_000])]
    parts = [POSTCODE.sub("", part).strip(" .") for part in parts]
    named = [part for part in parts if part and part.lower() not in _COUNTIES]
    for part in reversed(named):
        if not _STREET.search(part):
            return str(part.title() if part.isupper() else part)
    return None


def position(latitude: object, longitude: object) -> tuple[float, float] | None:
    """A point in or near the British Isles, in degrees, or None: 0, 0 and swapped pairs are no place of ours."""
    try:
        lat, lon = float(str(latitude)), float(str(longitude))
    except ValueError:
        return None
    return (round(lat, 6), round(lon, 6)) if 49 <= lat <= 61.5 and -11 <= lon <= 3 else None


def ages(text: str | None) -> tuple[int | None, int | None]:
    """The youngest and the oldest age that a text allows; None for either that it does not bound.

    >>> ages("16-18"), ages("19+"), ages("any")
    ((16, 18), (19, None), (None, None))
    """
    said = (text or "")[:200].lower()
    if match := _AGES.search(said):
        low, high = int(match[1]), int(match[2])
        return (low, high) if 5 <= low <= high else (None, None)
    if match := _AGE_FROM.search(said):
        low = int(match[1] or match[2])
        return (low, None) if low >= 5 else (None, None)
    return None, None


def money(amount: str | None, description: str | None = None) -> str | None:
    """A cost in words: an amount in pounds, what is said about it, or both. None where neither says anything.

    >>> money("250.00", "Paid in two parts"), money("0"), money("TBC"), money(None, "Funded for 16 to 18s")
    ('£250. Paid in two parts', 'Free', None, 'Funded for 16 to 18s')
    """
    said = " ".join((description or "").split()) or None
    text = " ".join((amount or "").split())
    if not text or text.lower() in _NO_AMOUNT:
        return said
    if _FREE.fullmatch(text):
        pounds = "Free"
    elif match := _AMOUNT.fullmatch(text):
        pounds = _pounds(match[1] + (match[2] or ""))
    else:
        pounds = text
    return pounds if not said or said.lower() == pounds.lower() else f"{pounds.rstrip('.')}. {said}"


def _pounds(digits: str) -> str:
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        return str(digits)
    if value == 0:
        return "Free"
    return f"£{value:,.0f}" if value == value.to_integral() else f"£{value:,.2f}"
