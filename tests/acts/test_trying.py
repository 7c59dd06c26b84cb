"""Trying an act, or reading a file of them, tells whoever may not ask for it that, and nothing else."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.acts.asking import Asked, UnfitError
from service.acts.balance.bringing import Who
from service.acts.entitled import NotAllowedError
from service.acts.roster.bringing import read_roster
from service.acts.trying import try_out, try_together
from service.personnel.roster.reading import roster_of
from tests.builders.members import Town, found_town


def peopled(engine: Engine, folder: Path) -> Town:
    made = found_town(engine, folder / "keys")
    made.admit("officer", "hr_officer")
    made.admit("nobody")
    return made


def test_whoever_lacks_the_role_is_told_that_and_not_what_is_wrong_with_their_words(engine: Engine, tmp_path: Path) -> None:
    town = peopled(engine, tmp_path)
    asked = Asked("register_person", {"legal_name": ""})
    with pytest.raises(NotAllowedError):
        try_out(town.engine, log=town.log, member=town.member("nobody"), at=town.now(), asked=asked)
    with pytest.raises(NotAllowedError):
        try_together(town.engine, log=town.log, member=town.member("nobody"), at=town.now(), asked=[asked, asked])
    with pytest.raises(UnfitError):
        try_out(town.engine, log=town.log, member=town.member("officer"), at=town.now(), asked=asked)


def test_a_roster_is_compared_for_those_alone_who_may_bring_one_in(engine: Engine, tmp_path: Path) -> None:
    town = peopled(engine, tmp_path)
    file = roster_of(Path("roster.csv"), "社員番号,氏名\n1,架空 一郎\n".encode())
    for name in ("nobody", "officer"):
        member = town.member(name)
        who = Who(town.log, member.actor, town.now(), member)
        if name == "officer":
            assert read_roster(town.engine, who=who, file=file, organization=town.organization).created
        else:
            with pytest.raises(NotAllowedError):
                read_roster(town.engine, who=who, file=file, organization=town.organization)
