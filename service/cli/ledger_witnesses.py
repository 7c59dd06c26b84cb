"""`sekisho ledger witnesses` and what travels to a witness without a network: on paper or on a stick."""

from pathlib import Path
from typing import Annotated

import typer

from service import clock
from service.cli.site import account, open_site, require_alone
from service.cli.verify import language_of, terminal_language
from service.database import read, transaction
from service.ledger import (
    NoteError,
    keep_cosignatures,
    known_size,
    published_checkpoint,
    set_witnesses,
    submission,
    witnessing,
)
from service.tlog.cosignatures import Cosigner
from service.tlog.proofs import unverified

Spoken = Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")]
WORDS = {
    "nobody": ("証人は定められていません。", "Nobody witnesses this log."),
    "rule": ("必要: {quorum}、公表: {publication}", "Quorum: {quorum}; publication {publication}"),
    "waits": ("証人がそろうまで待つ", "waits for it"),
    "goes_on": ("証人がなくても続け、その旨を示す", "goes on, and shows where nobody witnessed it"),
    "one": ("{name}: {size} 件まで連署 {key}", "{name}: cosigned up to {size} entries, {key}"),
    "published": ("公表中: {size} 件(証人あり: {by})", "Published: {size} entries, witnessed by {by}"),
    "unwitnessed": ("公表中: {size} 件(証人なし)", "Published: {size} entries, NOT witnessed"),
    "none": ("公表できるチェックポイントはまだありません。", "There is no checkpoint that may be published yet."),
    "since": ("証人のない区間: {since} 以後の {count} 件", "Not witnessed: {count} entries since {since}"),
    "kept": ("{names}: {size} 件の連署を取り込みました。", "{names}: cosignatures on {size} entries were taken in."),
    "set": ("証人を定めました(記録 {index})。", "The witnesses were set (entry {index})."),
}


def register(family: typer.Typer) -> None:
    """Add the commands to the family `ledger`."""
    family.command("witnesses")(witnesses)
    family.command("set-witnesses")(choose)
    family.command("submission")(submit)
    family.command("cosigned")(cosigned)


def witnesses(*, language: Spoken = None) -> None:
    """Print who witnesses the log, how far each has cosigned, and what is published; end with 1 where something is not witnessed."""
    with open_site() as site, read(site.engine) as session:
        how, found = witnessing(session), published_checkpoint(session)
        known = [(one, known_size(session, Cosigner.parse(one.vkey))) for one in how.trust.witnesses]
    if not how.is_expected:
        _say("nobody", language)
    else:
        _say("rule", language, quorum=how.trust.quorum, publication=_words(how.publication, language))
    for one, size in known:
        _say("one", language, name=one.name, size=size, key=one.vkey)
    if found is None:
        _say("none", language)
        raise typer.Exit(1)
    _say("published" if found.is_witnessed else "unwitnessed", language, size=found.size, by=", ".join(found.by))
    if found.since is not None:
        witnessed = found.size if found.is_witnessed else 0
        _say("since", language, since=found.since.isoformat(), count=found.signed - witnessed)
        raise typer.Exit(1)


def choose(
    policy: Annotated[Path, typer.Argument(help="A file in the form of C2SP tlog-policy, with witnesses and a quorum.")],
    *,
    publication: Annotated[str, typer.Option(help="waits, or goes_on.")] = "waits",
    language: Spoken = None,
) -> None:
    """Say who witnesses the log, before people sign in here; afterwards two people propose and approve `set_witnesses`."""
    with open_site() as site, transaction(site.engine) as session:
        require_alone(session, site.log, "set_witnesses")
        words = policy.read_text(encoding="utf-8")
        index = set_witnesses(session, log=site.log, actor=account(), at=clock.now(), policy=words, publication=publication)
    _say("set", language, index=index)


def submit(
    *,
    old: Annotated[int | None, typer.Option(min=0, help="The size that the witness knows, as it says; default: as known here.")] = None,
    witness: Annotated[str | None, typer.Option(help="The witness, by its name in the policy.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write it; default: printed.")] = None,
) -> None:
    """Write what a witness without a network is brought: the newest checkpoint, and the proof that the log only grew."""
    with open_site() as site, read(site.engine) as session:
        if old is None:
            named = [one for one in witnessing(session).trust.witnesses if witness in (None, one.name)]
            if not named:
                message = f"there is no witness {witness}" if witness else "nobody witnesses this log; say --old 0 for somebody new"
                raise ValueError(message)
            old = min(known_size(session, Cosigner.parse(one.vkey)) for one in named)
        asked = submission(session, old=old)
    if asked is None:
        message = f"there is no checkpoint of {old} or more entries; sign one first: sekisho ledger checkpoint"
        raise ValueError(message)
    if out is None:
        typer.echo(asked.text(), nl=False)
    else:
        out.write_bytes(asked.text().encode())


def cosigned(
    lines: Annotated[Path, typer.Argument(help="What `witness cosign` wrote.")],
    submission: Annotated[Path, typer.Argument(help="What was brought to the witness.")],
    *,
    language: Spoken = None,
) -> None:
    """Take in the cosignatures that came back, after each was checked."""
    asked = submission.read_text(encoding="utf-8").partition("\n\n")[2]
    size = unverified(asked).size
    with open_site() as site, transaction(site.engine) as session:
        cosigners = [Cosigner.parse(one.vkey) for one in witnessing(session).trust.witnesses]
        if not cosigners:
            message = "nobody witnesses this log; two people set its witnesses first"
            raise NoteError(message)
        made = keep_cosignatures(session, size=size, answer=lines.read_text(encoding="utf-8"), cosigners=cosigners, at=clock.now())
    _say("kept", language, names=", ".join(one.name for one in made), size=size)


def _words(word: str, language: str | None) -> str:
    return WORDS[word][0 if language_of(language or terminal_language()) == "ja" else 1]


def _say(word: str, language: str | None, **facts: object) -> None:
    typer.echo(_words(word, language).format(**facts))
