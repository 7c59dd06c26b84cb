"""Signing in at a provider through our own doors: there, back, an act approved, and out when the provider says so."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from sqlalchemy import Engine

from service.acts.asking import Waiting
from tests.builders.provided import Served, town_with
from tests.builders.served import free_port
from tests.identity.oidc.hostile import CLIENT, SECRET, Provider, signed
from tests.identity.oidc.steps import Entry


@pytest.fixture
def served(provider: Provider, entry: Entry, engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Served]:
    now = int(datetime.now(UTC).timestamp())
    provider.claims = {"iat": now, "exp": now + 300, "auth_time": now - 5}
    with town_with(entry(), engine, database_url, tmp_path, free_port()) as found:
        found.link("clerk", provider.issuer, "u-1")
        yield found


def arrive(client: httpx2.Client, provider: Provider, *, onward: str = "/home", **changed: str | None) -> httpx2.Response:
    gone = client.get("/sign-in/oidc/house", params={"next": onward})
    assert gone.status_code == 303, gone.text
    query = provider.back(gone.headers["location"], **changed)
    return client.get("/sign-in/oidc/house/callback", params=query)


def test_somebody_signs_in_and_is_led_on(served: Served, provider: Provider) -> None:
    client = served.browser()
    assert "House sign-in" in client.get("/sign-in", params={"lang": "en"}).text
    page = arrive(client, provider, onward="/proposals")
    assert 'url=/proposals"' in page.text
    assert "clerk 花子" in client.get("/home").text
    assert client.get("/api/v1/session").json()["methods"] == ["mfa", "oidc"]


def test_the_way_is_used_once_and_belongs_to_one_browser(served: Served, provider: Provider) -> None:
    client, other = served.browser(), served.browser()
    gone = client.get("/sign-in/oidc/house")
    query = provider.back(gone.headers["location"])
    assert other.get("/sign-in/oidc/house/callback", params=query).status_code == 401
    cookies = dict(client.cookies)
    assert client.get("/sign-in/oidc/house/callback", params=query).status_code == 200
    again = httpx2.get(f"{served.address}/sign-in/oidc/house/callback", params=query, cookies=cookies, trust_env=False)
    assert again.status_code == 401


def test_a_subject_without_an_account_is_let_in_nowhere(served: Served, provider: Provider) -> None:
    provider.claims |= {"sub": "somebody-else"}
    page = arrive(served.browser(), provider)
    assert page.status_code == 401
    assert "アカウント" in page.text


def test_doubled_parameters_and_foreign_onward_addresses_are_refused(served: Served, provider: Provider) -> None:
    client = served.browser()
    gone = client.get("/sign-in/oidc/house")
    query = [*provider.back(gone.headers["location"]).items(), ("state", "x")]
    assert client.get("/sign-in/oidc/house/callback", params=query).status_code == 401
    page = arrive(served.browser(), provider, onward="https://elsewhere.example/")
    assert "elsewhere" not in page.text


def test_a_weak_sign_in_at_the_provider_approves_nothing(served: Served, provider: Provider) -> None:
    provider.claims |= {"amr": ["pwd"]}
    client = served.browser()
    assert arrive(client, provider).status_code == 200
    assert client.get("/api/v1/session").json()["methods"] == ["oidc"]


def test_the_provider_ends_a_session_behind_the_browser_s_back(served: Served, provider: Provider) -> None:
    client = served.browser()
    arrive(client, provider)
    assert client.get("/home").status_code == 200
    now = int(datetime.now(UTC).timestamp())
    claims = provider.logout_claims(iat=now, exp=now + 120)
    for wrong in ({"aud": "somebody"}, {"iss": "https://elsewhere.example"}, {"nonce": "n"}):
        token = signed(claims | wrong, header={"typ": "logout+jwt"})
        answer = served.browser().post("/sign-in/oidc/house/back-channel-logout", data={"logout_token": token})
        assert answer.status_code == 400
    assert client.get("/home").status_code == 200
    token = signed(claims, header={"typ": "logout+jwt"})
    answer = served.browser().post("/sign-in/oidc/house/back-channel-logout", data={"logout_token": token})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert client.get("/home").status_code == 303


def test_a_stale_sign_in_is_sent_to_prove_itself_anew(served: Served, provider: Provider) -> None:
    provider.claims |= {"auth_time": int(datetime.now(UTC).timestamp()) - 7_200}
    served.link("manager", provider.issuer, "u-2")
    client = served.browser()
    arrive(client, provider)
    again = client.get("/confirm", params={"next": "/proposals"})
    assert again.headers["location"] == "/sign-in/oidc/house?fresh=1&next=/proposals"
    gone = client.get(again.headers["location"])
    assert dict(parse_qsl(urlsplit(gone.headers["location"]).query))["max_age"] == "0"


@pytest.fixture
def real(iam_server: Any, secret_file: Path, engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Callable[[], Served]]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    client = iam_server.models.Client(
        client_id=CLIENT,
        client_secret=SECRET,
        client_name="Sekisho",
        contacts=["admin@sekisho.example.jp"],
        client_uri=address,
        redirect_uris=[f"{address}/sign-in/oidc/canaille/callback"],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid"],
        id_token_signed_response_alg="RS256",
        token_endpoint_auth_method="client_secret_basic",
    )
    iam_server.backend.save(client)
    client.audience = [client]
    iam_server.backend.save(client)
    told = httpx2.get(iam_server.url + ".well-known/openid-configuration", trust_env=False).json()
    entry = {
        "id": "canaille",
        "issuer": told["issuer"],
        "client_id": CLIENT,
        "client_secret_file": str(secret_file),
        "name_ja": "試験用",
        "name_en": "For tests",
        "insecure_loopback": True,
    }
    with town_with(entry, engine, database_url, tmp_path, port) as served:
        yield lambda: served
    iam_server.logout()
    iam_server.backend.delete(client)


def test_two_people_of_a_real_provider_bring_one_act_about(real: Callable[[], Served], iam_server: Any) -> None:
    served = real()
    town = served.town
    issuer = httpx2.get(iam_server.url + ".well-known/openid-configuration", trust_env=False).json()["issuer"]
    browsers = {}
    for name in ("clerk", "manager"):
        user = iam_server.random_user()
        iam_server.login(user)
        iam_server.consent(user)
        served.link(name, issuer, user.user_name)
        client = browsers[name] = served.browser()
        gone = client.get("/sign-in/oidc/canaille")
        agreed = httpx2.get(gone.headers["location"], follow_redirects=False, trust_env=False)
        page = client.get(agreed.headers["location"])
        assert page.status_code == 200, page.text
        iam_server.logout()
    clerk, manager = browsers["clerk"], browsers["manager"]
    form = clerk.get("/acts/register_person").text
    token = re.search(r'name="form_token" value="([^"]+)"', form)
    assert token is not None
    done = clerk.post("/acts/register_person", data={"form_token": token[1], "legal_name": "架空 働く人", "confirmed": "yes"}).text
    person = re.search(r'<dd class="mono">([0-9a-f]{32})', done)
    assert person is not None
    waiting = town.ask("clerk", "take_post", person_id=person[1], organization_id=town.organization)
    assert isinstance(waiting, Waiting)
    page = manager.get(f"/proposals/{waiting.proposal}").text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert digest is not None
    assert token is not None
    form_data = {"form_token": token[1], "digest": digest[1], "words": ""}
    answer = manager.post(f"/proposals/{waiting.proposal}/approve", data=form_data)
    # This provider says nothing of how its people proved themselves: alone it approves nothing.
    assert answer.headers["location"].startswith("/confirm")


def test_nobody_is_led_elsewhere_by_what_browsers_leave_out_of_an_address(served: Served, provider: Provider) -> None:
    for onward in ("/\t/elsewhere.example", "/\n/elsewhere.example"):
        page = arrive(served.browser(), provider, onward=onward)
        assert page.status_code == 200
        assert "elsewhere" not in page.text


def test_an_answer_of_very_many_parameters_is_refused_like_any_other(served: Served) -> None:
    query = {f"p{number}": "1" for number in range(40)}
    assert served.browser().get("/sign-in/oidc/house/callback", params=query).status_code == 401
