"""An XML schema of the return that we make, written from its shape, and checking a file against it.

It is ours: it says what this program produces, and is not the schema of the national system.
"""

import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from casework.names import NameRules
from casework.returns.spec import PATTERNS, Element, MonthlySpec

_ESCAPE_IN_CLASS = set("\\[]-^{}()|?*+.")
_MOST_ERRORS = 20


def schema(spec: MonthlySpec, names: NameRules) -> str:
    """The schema as text. The same shape always gives the same text."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- What Onward's monthly return looks like, made from data/returns/monthly.yml.",
        "     It is not the schema of the national system, which has not been seen. -->",
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">',
        *_types(spec, names),
        *_element(spec.header, 2),
        *_element(spec.person, 2),
        f"  <xs:element name={quoteattr(spec.root)}>",
        "    <xs:complexType>",
        "      <xs:sequence>",
        f"        <xs:element ref={quoteattr(spec.header.name)}/>",
        f'        <xs:element ref={quoteattr(spec.person.name)} minOccurs="0" maxOccurs="unbounded"/>',
        "      </xs:sequence>",
        "    </xs:complexType>",
        "  </xs:element>",
        "</xs:schema>",
    ]
    return "\n".join(lines) + "\n"


def _types(spec: MonthlySpec, names: NameRules) -> list[str]:
    used = {leaf.type for part in (spec.header, spec.person) for leaf in part.leaves()}
    lines = []
    forbidden = "".join(f"\\{one}" if one in _ESCAPE_IN_CLASS else one for one in sorted(names.forbidden))
    patterns = PATTERNS | {"name": f"[^{forbidden}]{{1,{names.longest}}}"}
    for name in sorted(used - {"text", "date"}):
        lines += [
            f'  <xs:simpleType name="{name}">',
            '    <xs:restriction base="xs:string">',
            f"      <xs:pattern value={quoteattr(patterns[name])}/>",
            "    </xs:restriction>",
            "  </xs:simpleType>",
        ]
    return lines


def _element(element: Element, depth: int, *, least: int | None = None, most: str = "1") -> list[str]:
    pad = " " * depth
    # an element of the schema itself cannot say how often it is there
    occurs = "" if least is None else f' minOccurs="{least}" maxOccurs="{most}"'
    start = f"{pad}<xs:element name={quoteattr(element.name)}"
    if element.holds:
        inner: list[str] = []
        for one in element.holds:
            needed = 1 if (_always(one) if one.holds else one.required) else 0
            inner += _element(one, depth + 6, least=needed, most="unbounded" if one.many else "1")
        return [
            f"{start}{occurs}>",
            f"{pad}  <xs:complexType>",
            f"{pad}    <xs:sequence>",
            *inner,
            f"{pad}    </xs:sequence>",
            f"{pad}  </xs:complexType>",
            f"{pad}</xs:element>",
        ]
    if element.type == "date":
        return [f'{start} type="xs:date"{occurs}/>']
    if element.type == "text":
        return [
            f"{start}{occurs}>",
            f"{pad}  <xs:simpleType>",
            f'{pad}    <xs:restriction base="xs:string">',
            f'{pad}      <xs:minLength value="1"/>',
            f'{pad}      <xs:maxLength value="{element.longest or 255}"/>',
            f"{pad}    </xs:restriction>",
            f"{pad}  </xs:simpleType>",
            f"{pad}</xs:element>",
        ]
    return [f'{start} type="{element.type}"{occurs}/>']


def _always(element: Element) -> bool:
    """Whether an element is in every record: what it holds is required, and is known of everybody."""
    if element.holds:
        return any(_always(one) for one in element.holds)
    return element.required and not (element.value or "").startswith("guarantee_")


def validate(path: Path, spec: MonthlySpec, names: NameRules) -> list[str]:
    """What is wrong with a file's shape, as lines that hold no values of it; nothing when it is well.

    It is read and checked record by record: memory does not grow with it.
    """
    checker = etree.XMLSchema(etree.fromstring(schema(spec, names).encode()))
    found: list[str] = []
    expected = spec.header.name
    depth = 0
    try:
        for event, element in etree.iterparse(
            str(path), events=("start", "end"), resolve_entities=False, no_network=True
        ):
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1 and element.tag != spec.root:
                return [f"line {element.sourceline}: it begins with {element.tag}, and should with {spec.root}"]
            if event == "end" and depth == 1:
                found += _of_one(checker, element, expected)
                expected = spec.person.name
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
                if len(found) >= _MOST_ERRORS:
                    break
    except etree.XMLSyntaxError as error:
        # what the reader says may hold a piece of the file
        found.append(f"line {error.lineno}: from here on it is not XML that can be read")
    if expected == spec.header.name and not found:
        found.append(f"there is no {spec.header.name}")
    return found[:_MOST_ERRORS]


def _of_one(checker: etree.XMLSchema, element: Any, expected: str) -> list[str]:
    if element.tag != expected:
        return [f"line {element.sourceline}: {element.tag} is here, where {expected} should be"]
    if checker.validate(element):
        return []
    log: Any = checker.error_log
    return [f"line {element.sourceline}, {_without_values(one.message)}" for one in log]


def _without_values(message: str) -> str:
    """A checker's message without what an element held: that may be a name."""
    if match := re.match(r"Element '([\w.-]+)': This element is not expected\. (Expected is .*)", message):
        return f"{match[1]} is not expected there. {match[2]}"
    if match := re.match(r"Element '([\w.-]+)': Missing child element", message):
        return f"{match[1]}: something is missing in it"
    match = re.match(r"Element '([\w.-]+)'", message)
    return f"{match[1] if match else 'an element'}: what it holds is not in the form that it takes"
