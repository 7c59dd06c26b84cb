"""Labels that machines read: one label as JSON and as XMP, with the labels of other regimes beside it and never in its place.

A label says nothing that the mark does not: state, number, who designated, until when. It is never the title or an outline.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from service.designation.marks import TEXTS, State

REGIME = "jp-act-2024-27"
"""How this Act is named among regimes of labels."""
NAMESPACE = "urn:sekisho:label:1"
SCHEMA = "sekisho-label/1"


@dataclass(frozen=True, slots=True)
class Label:
    """What a machine reads on a record. `others` has the labels of other regimes, by regime; a site's own words.

    Raises ValueError for a foreign label under this Act's own name, and for a label without a number or an organ.
    """

    state: State
    numbers: Sequence[str]
    organs: Sequence[str]
    last_day: date | None = None
    classes: Sequence[str] = ()
    originators: Sequence[str] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a label that would stand in the place of this one, or that names nothing."""
        if any(regime.strip().casefold() == REGIME for regime in self.others):
            msg = f"{REGIME} is this label's own regime; another regime's label stands beside it"
            raise ValueError(msg)
        if not self.numbers or not self.organs:
            msg = "a label names the designation's number and the organ"
            raise ValueError(msg)


def as_json(label: Label) -> str:
    """Return a label as canonical JSON: keys in order, no spaces, so that equal labels are equal texts."""
    return json.dumps(values_of(label), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def values_of(label: Label) -> dict[str, Any]:
    """Return a label's values; what is not known is left out."""
    text, text_en = TEXTS[label.state]
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "regime": REGIME,
        "state": label.state,
        "text": text,
        "text_en": text_en,
        "numbers": sorted(set(label.numbers)),
        "organs": sorted(set(label.organs)),
        "last_day": None if label.last_day is None else label.last_day.isoformat(),
        "classes": sorted(set(label.classes)) or None,
        "originators": sorted(set(label.originators)) or None,
        "others": dict(sorted(label.others.items())) or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def as_xmp(label: Label) -> str:
    """Return a label as an XMP packet, to be put into files that carry one."""
    values = values_of(label)
    single = "".join(f" sl:{name}={quoteattr(str(value))}" for name, value in values.items() if isinstance(value, str))
    bags = "".join(_bag(name, value) for name, value in values.items() if isinstance(value, list))
    others = values.get("others", {})
    beside = _bag("others", [f"{regime}: {text}" for regime, text in others.items()]) if others else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:sl="{NAMESPACE}"{single}>{bags}{beside}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )


def _bag(name: str, values: Sequence[str]) -> str:
    items = "".join(f"<rdf:li>{escape(one)}</rdf:li>" for one in values)
    return f"<sl:{name}><rdf:Bag>{items}</rdf:Bag></sl:{name}>"
