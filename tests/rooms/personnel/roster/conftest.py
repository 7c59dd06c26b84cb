"""An operator's site to which rosters are brought, and a first roster."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from service import clock
from service.actor import Actor
from service.database import read, transaction
from service.ledger import Log, log_size, open_log
from service.personnel.model import Alias, Post
from service.personnel.operations import register_organization
from service.personnel.roster.importing import import_people
from service.personnel.roster.options import Options, Report
from service.personnel.roster.reading import open_roster

ACTOR = Actor(id="a_hr", kind="person")
HEADER = "社員番号,氏名,氏名カナ,生年月日,部署,役職,兼務,入社日,退職日,発令日,異動先,雇用区分,派遣元\r\n"
FIRST = (
    HEADER
    + "00123,髙﨑 𠮷子,タカサキ ヨシコ,S60.1.2,技術部,課長,,R3.4.1,,,,正社員,\r\n00124,葛\U000e0100西 一郎,,平成2年3月4日,営業部,,技術部 主任、総務部,２０２０/４/１,,,,派遣,架空派遣\r\n"
)


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> Log:
    with transaction(engine) as session:
        log = open_log(session, origin="test.example/sekisho", seat="operator", at=clock.now(), keys=tmp_path / "keys")
    with transaction(engine) as session:
        register_organization(session, log=log, actor=ACTOR, at=clock.now(), kind="operator", name="架空電力", organization_id="denryoku")
    return log


class Site:
    def __init__(self, engine: Engine, log: Log, folder: Path) -> None:
        self.engine, self.log, self.folder = engine, log, folder

    def imports(self, text: str | bytes, *, name: str = "roster.csv", **options: object) -> Report:
        path = self.folder / name
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return import_people(self.engine, log=self.log, actor=ACTOR, clock=clock.now, roster=open_roster(path), options=Options(**options))  # type: ignore[arg-type]

    def posts(self, number: str) -> list[tuple[object, ...]]:
        with read(self.engine) as session:
            query = (
                select(Post.unit_id, Post.post, Post.title, Post.from_on, Post.until_on)
                .join(Alias, Alias.target_id == Post.person_id)
                .where(Alias.value == number)
                .order_by(Post.from_on, Post.unit_id)
            )
            return [tuple(row) for row in session.execute(query)]

    def size(self) -> int:
        with read(self.engine) as session:
            return log_size(session)


@pytest.fixture
def site(engine: Engine, log: Log, tmp_path: Path) -> Site:
    return Site(engine, log, tmp_path)
