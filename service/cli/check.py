"""`sekisho check`: one question asked of the law on the server itself, and answered with why."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from service import clock
from service.api.evaluation_form import LONGEST_PURPOSE, is_purpose
from service.api.gateway import Gateway
from service.api.preparing import Asked, Outcome
from service.cli.site import Site, account, open_site
from service.cli.verify import language_of, terminal_language
from service.decision.judge import ACTIONS
from service.decision.world import World
from service.identity.callers import local_caller
from service.statute.citations import cite
from service.statute.periods import instant_ms

Language = Literal["ja", "en"]
ANSWERS = {
    "permit": ("取り扱えます", "permit"),
    "deny": ("取り扱えません", "deny"),
    "not_controlled": ("法の制限の対象外です", "not controlled by the Act"),
}
HEADINGS = {
    "answer": ("答え", "answer"),
    "reason": ("理由", "reason"),
    "basis": ("根拠", "basis"),
    "api": ("アプリへの返答", "to applications"),
    "entry": ("記録番号", "entry"),
    "recheck": ("再確認", "ask again"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    person: Annotated[str, typer.Argument(help="An id, or an alias: employee:000123.")],
    resource: Annotated[str, typer.Argument(help="A document or information: an id, or an alias.")],
    *,
    on_behalf_of: Annotated[str | None, typer.Option(help="The organization acted for; default: where the person works.")] = None,
    action: Annotated[str, typer.Option(help=f"One of {', '.join(ACTIONS)}.")] = "handle",
    purpose: Annotated[str | None, typer.Option(help="What for: a code of the house without blanks, recorded with the answer.")] = None,
    language: Annotated[str | None, typer.Option(help="ja or en; default: that of the terminal.")] = None,
) -> None:
    """Ask whether a person may handle something now; the answer is recorded like any other.

    Exit code 0 for a permit, 1 for a denial. Where the Act does not restrict the
    information now, the code is that of the answer that applications get.
    """
    spoken = language_of(language or terminal_language())
    if action not in ACTIONS:
        message = f"--action: {action} is none of {', '.join(ACTIONS)}"
        raise ValueError(message)
    if purpose is not None and not is_purpose(purpose):
        message = f"--purpose: a code of 1 to {LONGEST_PURPOSE} characters, without blanks"
        raise ValueError(message)
    with open_site() as site:
        asked = ask_all(site, [(person, resource)], organization=on_behalf_of, action=action, purpose=purpose)
        (outcome,) = asyncio.run(asked)
    tell(outcome, spoken)
    raise typer.Exit(0 if outcome.answer.api else 1)


async def ask_all(
    site: Site, questions: Sequence[tuple[str, str]], *, organization: str | None = None, action: str, purpose: str | None = None
) -> list[Outcome]:
    """Return the outcomes of checks, each of a person and a resource, asked one after the other, their entries being durable.

    Raises UnavailableError, and ValueError for an organization that nothing here knows: a slip of the keyboard on the
    server is told as one, and not judged.
    """
    gateway = Gateway(url=site.url, log=site.log, clock=clock.now, recheck_seconds=site.settings.recheck_seconds)
    await gateway.start()
    found = []
    try:
        world = gateway.snapshot.world
        if organization is not None and organization not in world.rows["personnel.organizations"]:
            message = f"--on-behalf-of: there is no organization {organization!r}"
            raise ValueError(message)
        for person, resource in questions:
            asked = Asked(
                key=None,
                subject_type="person",
                subject=person,
                resource_type=kind_of(world, resource),
                resource=resource,
                action=action,
                organization=organization,
                purpose=purpose,
                caller=local_caller(account().id),
            )
            outcome = await gateway.check(asked)
            assert outcome is not None  # a caller was given
            found.append(outcome)
    finally:
        await gateway.stop()
    return found


def kind_of(world: World, resource: str) -> str:
    """Return what a name means here: a registered document, else an information."""
    namespace, _, value = resource.partition(":")
    now_ms = instant_ms(clock.now())
    documents = world.rows["designation.documents"]
    known = resource in documents or world.resolve(namespace, value, kind="document", now_ms=now_ms) is not None
    return "document" if known else "information"


def tell(outcome: Outcome, language: Language) -> None:
    """Print an answer: what, why, by what law, and where it is recorded."""
    place = 0 if language == "ja" else 1
    answer = outcome.answer
    basis = [cite(text).ja() if language == "ja" else text for text in answer.basis]
    lines = {
        "answer": ANSWERS[answer.decision][place],
        "reason": f"{answer.reason}: {answer.ja if language == 'ja' else answer.en}",
        "basis": ("、" if language == "ja" else ", ").join(basis) or "-",
        "api": str(answer.api).lower(),
        "entry": str(outcome.index),
    }
    if answer.api:
        lines["recheck"] = outcome.recheck_at.isoformat(timespec="seconds")
    for name, words in lines.items():
        typer.echo(f"{HEADINGS[name][place]}: {words}")
