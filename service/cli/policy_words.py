"""What `sekisho policy` prints: policies and their changes in sentences, in Japanese and English."""

from collections.abc import Iterator, Sequence

from service.cli.logs import visible
from service.decision.change_words import DIFFERS, EFFECTS, SORTS, WORDS
from service.decision.changes import Change, Changes
from service.decision.policies_in_force import Activation
from service.decision.soundness import HOUSE, read_all
from service.evidence.columns import Language
from service.statute.citations import cite
from service.statute.policies import PolicyTexts


def told_changes(changes: Changes, language: Language) -> Iterator[str]:
    """Yield the lines that tell what a set changes of another, the law first and marked."""
    place = 0 if language == "ja" else 1
    yield f"{WORDS['policies_against'][place]}: {changes.against or WORDS['policies_none'][place]}"
    yield f"{WORDS['policies_digest'][place]}: {changes.digest}"
    if changes.of_law:
        yield f"!! {WORDS['policies_of_law'][place]}"
    if changes.schema:
        yield f"!! {WORDS['policies_schema'][place]}"
        yield from (f"      {visible(line)}" for line in changes.schema_lines)
    if changes.against == changes.digest:
        yield WORDS["policies_same"][place]
    for part, word in ((True, "policies_law"), (False, "policies_house")):
        found = [one for one in changes.policies if one.is_of_law is part]
        if found:
            yield f"{WORDS[word][place]}"
            for one in found:
                yield from _change(one, place)
    if changes.reworded:
        yield f"{WORDS['policies_reworded'][place]}: {visible(', '.join(changes.reworded))}"


def _change(one: Change, place: int) -> Iterator[str]:
    sentence, effect = (one.ja, one.en)[place], EFFECTS[one.effect][place]
    yield visible(f"  {SORTS[one.sort][place]}  {one.id} ({one.file})  {effect}: {sentence} [{_cited(one.citations, place)}]")
    if one.differs:
        yield f"      {WORDS['policies_differs'][place]}: {('、', ', ')[place].join(DIFFERS[name][place] for name in one.differs)}"
    if one.sort == "changed":
        yield from (f"      {visible(line)}" for line in one.lines)


def _cited(citations: Sequence[str], place: int) -> str:
    return ("、", ", ")[place].join(cited(one, place) for one in citations)


def cited(citation: str, place: int) -> str:
    """Return a citation in Japanese (0) or English (1); what is none as it is."""
    try:
        return cite(citation).ja() if place == 0 else citation
    except ValueError:
        return citation


def told_show(texts: PolicyTexts, told: Sequence[Activation], language: Language) -> Iterator[str]:
    """Yield the lines that tell of a set: its digest, every time that it came into force, and each of its policies."""
    place = 0 if language == "ja" else 1
    yield f"{WORDS['policies_digest'][place]}: {texts.digest}"
    if told and told[0].digest == texts.digest:
        yield ("施行中", "in force")[place]
    for one in told:
        if one.digest == texts.digest:
            brought = (f"{one.at} 番号{one.index} 施行: {one.actor}", f"{one.at} entry {one.index} brought into force by {one.actor}")[
                place
            ]
            alone = ("、一人で(サインインの開始前)", ", alone (before people signed in)")[place]
            two = (f"、決裁: {one.second}({one.footing}) {one.proposal}", f", approved by {one.second} ({one.footing}), {one.proposal}")[
                place
            ]
            yield visible(brought + (two if one.second else alone))
    found, _problems = read_all(texts)
    for part, word in ((False, "policies_law"), (True, "policies_house")):
        of_part = [one for one in found if one.file.startswith(HOUSE) is part]
        if of_part:
            yield WORDS[word][place]
        for policy in of_part:
            citations = [one.strip() for one in policy.notes.get("citation", "").split(";")]
            sentence = policy.notes.get(("ja", "en")[place], "")
            yield visible(f"  {policy.id} ({policy.file})  {EFFECTS[policy.policy.effect][place]}: {sentence} [{_cited(citations, place)}]")
