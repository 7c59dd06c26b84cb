"""What application developers are told: every snippet is run against a served demo, every code that may leave is in the table."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine

from service.api.line import StrictLine
from service.app import build
from service.cli import demo, site
from service.cli.site import open_site
from service.database import read
from service.decision.judge import POLICY_ERROR
from service.decision.policyset import PolicySet
from service.evidence import lookups
from service.ledger import Log, decisions_in, entries, log_size, read_entry
from service.settings import Settings
from service.statute.policies import read_policies
from tests.builders.served import serving
from tests.real_provider.server import npm_install

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/integrate.md", "docs/integrate.ja.md")
PERMITTED, DENIED = "demo-permit", "demo-expired"


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)


@dataclass
class Served:
    """The demo, served, and what an application has in its environment."""

    address: str
    key: str
    folder: Path
    engine: Engine | None = None
    log: Log | None = None

    @property
    def environment(self) -> dict[str, str]:
        clients = os.pathsep.join((str(ROOT / "clients" / "python"), str(self.folder)))
        return os.environ | {"SEKISHO_ADDRESS": self.address, "SEKISHO_KEY": self.key, "PYTHONPATH": clients}

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command as the application's own machine would."""
        environment = self.environment | more
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def served(database_url: str, short_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("SEKISHO_DATABASE_URL", database_url)
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(short_dir))
    # The test server waits for no disk, which a deployment refuses.
    monkeypatch.setattr(site, "require_durable", lambda _connection: None)
    with open_site(log=False, settings=Settings()) as opened:
        log, keys = demo.prepare(opened, "operator")
        with serving(build(settings=opened.settings, url=opened.url, engine=opened.engine, log=log), http=StrictLine) as address:
            yield Served(address, keys.application, tmp_path, opened.engine, log)


def test_both_pages_have_the_same_parts_and_the_same_snippets() -> None:
    first, second = ((ROOT / name).read_text(encoding="utf-8") for name in PAGES)
    assert re.findall(r"^#+ ", first, re.MULTILINE) == re.findall(r"^#+ ", second, re.MULTILINE)
    for kind in ("sh", "python", "ts"):
        english, japanese = (blocks(name, kind) for name in PAGES)
        assert [one.replace('"ja"', '"en"') for one in japanese] == [one.replace('"ja"', '"en"') for one in english]


@pytest.mark.parametrize("name", PAGES)
def test_the_table_names_every_code_that_may_leave_and_no_other(name: str) -> None:
    policies = PolicySet.load(read_policies()).policies.values()
    leaving = {one.reason for one in policies if one.effect == "forbid" and one.concerns != "person"} | {POLICY_ERROR.reason}
    part = re.split(r"^## ", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)[5]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", part, re.MULTILINE)) == leaving | {"not_authorized"}


def test_every_snippet_for_a_shell_and_for_python_does_what_it_says(served: Served) -> None:
    first, batch = blocks(PAGES[0], "sh")
    asked = first[first.index("curl") :]
    assert '"decision":true' in served.run("sh", "-c", asked).stdout
    assert [part.startswith("true") for part in served.run("sh", "-c", batch).stdout.split('"decision":')[1:]] == [True, False]
    plain, protected = blocks(PAGES[0], "python")
    assert served.run(sys.executable, "-c", plain).stdout == "open\n"
    denied = served.run(sys.executable, "-c", plain.replace(PERMITTED, DENIED))
    assert "not permitted" in denied.stdout, denied.stderr
    route = protected + (
        "\nfrom starlette.testclient import TestClient\nclient = TestClient(app)\n"
        f'for who in ("{PERMITTED}", "{DENIED}"):\n'
        '    answer = client.get("/documents/demo-doc-1", headers={"x-employee": who})\n'
        "    print(answer.status_code, answer.json())\n"
    )
    told = served.run(sys.executable, "-W", "ignore", "-c", route)
    permit, denial = told.stdout.splitlines()
    assert permit.startswith("200 {'number': 'demo-doc-1', 'mark': {"), told.stderr
    assert denial.startswith("403 ")
    assert "照会番号" in denial
    nobody = served.run(sys.executable, "-W", "ignore", "-c", route, SEKISHO_ADDRESS="http://127.0.0.1:9")
    assert [line[:4] for line in nobody.stdout.splitlines()] == ["503 ", "503 "], nobody.stderr


def test_the_python_client_opens_nothing_when_nobody_answers(served: Served) -> None:
    code = (
        "import os\nfrom sekisho_client import *\n"
        'for address, key, wanted in ((os.environ["SEKISHO_ADDRESS"], "sk_wrong", NotAdmittedError), '
        '("http://127.0.0.1:9", "sk_any", UnavailableError)):\n'
        "    try:\n"
        f'        print(bool(Sekisho(address, key=key).check(person="{PERMITTED}", document="demo-doc-1")))\n'
        "    except wanted as told:\n        print(type(told).__name__)\n"
        "client = Sekisho(os.environ['SEKISHO_ADDRESS'], key=os.environ['SEKISHO_KEY'])\n"
        "try:\n    client.check(person='x' * 999, document='demo-doc-1')\nexcept BadRequestError as told:\n    print(told)\n"
        f"print([bool(one) for one in client.check_all([Check('{PERMITTED}', document='demo-doc-1'), Check('{DENIED}', document='demo-doc-1')])])\n"
        "print(client.check_all([]), client.changes(0)[0], client.self_test()['application'])\n"
    )
    told = served.run(sys.executable, "-c", code)
    assert told.stdout.splitlines() == [
        "NotAdmittedError",
        "UnavailableError",
        "subject.id must have 1 to 256 characters",
        "[True, False]",
        "[] True demo-app",
    ], told.stderr


@contextmanager
def words(served: Served) -> Iterator[list[dict[str, str]]]:
    """Yield a list that has, afterwards, what was said beside each decision made since, as it is on record."""
    found: list[dict[str, str]] = []
    with read(served.engine) as session:
        start = log_size(session)
    yield found
    with read(served.engine) as session:
        decided = [one for _index, body in entries(session, start=start, end=log_size(session)) for one in decisions_in(read_entry(body))]
        opened = [{each.name: each.value for each in lookups.opened(session, log=served.log, clear=one)} for one in decided]
    found += [one.get("asked", {}) for one in opened]


def test_the_python_client_says_what_for_and_for_whom(served: Served) -> None:
    code = (
        "import os\nfrom sekisho_client import *\n"
        "client = Sekisho(os.environ['SEKISHO_ADDRESS'], key=os.environ['SEKISHO_KEY'], on_behalf_of='elsewhere')\n"
        f"client.check(person='{PERMITTED}', document='demo-doc-1', purpose='assigned_work')\n"
        f"client.check_all([Check('{PERMITTED}', document='demo-doc-1', purpose=word) for word in ('shift', None)])\n"
        f"try:\n    client.check(person='{PERMITTED}', document='demo-doc-1', purpose='for work')\nexcept BadRequestError as told:\n    print(told)\n"
    )
    with words(served) as said:
        assert served.run(sys.executable, "-c", code).stdout == "context.purpose must be a code of 1 to 128 characters, without blanks\n"
    elsewhere = {"organization": "elsewhere"}
    assert said == [elsewhere | {"purpose": "assigned_work"}, elsewhere | {"purpose": "shift"}, elsewhere]


def test_a_protected_route_says_what_for(served: Served) -> None:
    protected = blocks(PAGES[0], "python")[1].replace('document="{number}"', 'document="{number}", purpose="assigned_work"')
    asks = (
        'from starlette.testclient import TestClient\nTestClient(app).get("/documents/demo-doc-1", headers={"x-employee": "demo-permit"})\n'
    )
    with words(served) as said:
        assert served.run(sys.executable, "-W", "ignore", "-c", f"{protected}\n{asks}").returncode == 0
    assert said == [{"purpose": "assigned_work"}]


PERMIT_LIKE = '"context": {"ledger_index": 1, "recheck_at": "2026-11-29T00:00:00Z", "mark": null}'


@pytest.mark.parametrize(
    "answer",
    [
        "[]",
        "not JSON",
        '{"decision": true}',
        '{"decision": "true", ' + PERMIT_LIKE + "}",
        '{"decision": 1, ' + PERMIT_LIKE + "}",
        '{"decision": true, "context": {"ledger_index": 1, "recheck_at": "soon"}}',
        '{"decision": true, "context": []}',
        '{"evaluations": [{"decision": true, ' + PERMIT_LIKE + "}]}",
    ],
)
def test_what_the_client_does_not_understand_opens_nothing(tmp_path: Path, answer: str) -> None:
    """Also where fewer answers come than were asked for."""

    async def strange(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
        else:
            await receive()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(answer)).encode())]})
            await send({"type": "http.response.body", "body": answer.encode()})

    code = (
        "import os\nfrom sekisho_client import *\nclient = Sekisho(os.environ['SEKISHO_ADDRESS'], key='sk_any')\n"
        "for ask in (lambda: client.check(person='p', document='d'), lambda: client.check_all([Check('p', document='d')] * 2)):\n"
        "    try:\n        print(ask())\n    except UnavailableError:\n        print('closed')\n"
    )
    with serving(strange) as address:
        told = Served(address, "sk_any", tmp_path).run(sys.executable, "-c", code)
    assert told.stdout.splitlines() == ["closed", "closed"], told.stderr


@pytest.mark.long
def test_the_typescript_client_is_built_strictly_and_asks(served: Served) -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("TypeScript needs node and npm, which are not on the PATH")
    client = ROOT / "clients" / "typescript"
    (served.folder / "src").mkdir()
    home = npm_install(client, served.folder, ["package.json", "package-lock.json", "tsconfig.json", "src/sekisho.ts"])
    built = served.run("node", str(home / "node_modules" / "typescript" / "bin" / "tsc"), "-p", str(home))
    assert built.returncode == 0, built.stdout
    for name, language in zip(PAGES, ("not permitted", "許可されていません"), strict=True):
        (snippet,) = blocks(name, "ts")
        plain = snippet.replace("./sekisho.js", str(home / "dist" / "sekisho.js")).replace("_ADDRESS!", "_ADDRESS").replace("_KEY!", "_KEY")
        for who, expected in ((PERMITTED, "open"), (DENIED, language)):
            script = served.folder / "ask.mjs"
            script.write_text(plain.replace(PERMITTED, who), encoding="utf-8")
            answer = served.run("node", str(script))
            assert expected in answer.stdout, answer.stderr
    script.write_text(plain.replace('document: "', 'purpose: "shift", document: "'), encoding="utf-8")
    with words(served) as said:
        assert served.run("node", str(script)).returncode == 0
    assert said == [{"purpose": "shift"}]


@pytest.mark.long
@pytest.mark.parametrize(("tool", "command"), [("java", "java/AskSekisho.java"), ("dotnet", "csharp/AskSekisho.cs")])
def test_the_examples_of_other_languages_end_as_they_say(served: Served, tool: str, command: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"there is no {tool} on the PATH")
    words = [tool, str(ROOT / "clients" / command)]
    for who, ends in ((PERMITTED, 0), (DENIED, 1), ('a "quoted" name', 1)):
        told = served.run(*words, who, "demo-doc-1")
        assert told.returncode == ends, told.stderr
    assert served.run(*words, PERMITTED, "demo-doc-1", SEKISHO_KEY="sk_wrong").returncode == 2
    assert served.run(*words, PERMITTED, "demo-doc-1", SEKISHO_ADDRESS="http://127.0.0.1:9").returncode == 2
    httpx2.get(f"{served.address}/health").raise_for_status()
