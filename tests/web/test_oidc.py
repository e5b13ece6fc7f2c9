"""Sign-in through a provider of the tests' own: the right way in, and every way that must stay shut."""

import importlib
import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from api_office import furnished
from console_office import BEGIN
from minewatch.model.errors import ConfigurationError
from minewatch.web.oidc_client import Chosen, OidcProvider
from minewatch.web.provider import KEPT_FOR, SignIns

ISSUER = "https://id.example"
CLIENT = "minewatch"
BACK = "http://localhost/sign-in/oidc/back"
KEY = RSAKey.generate_key(2048, auto_kid=True)
OTHER = RSAKey.generate_key(2048, auto_kid=True)
NOW = BEGIN.timestamp()


class Issuer:
    """An identity provider: answers discovery, keys and the token endpoint; ``change`` spoils the next ID token."""

    def __init__(self):
        self.key, self.algorithm, self.change, self.asked = KEY, "RS256", {}, []
        self.issuer = ISSUER
        self.nonce = ""

    def claims(self):
        told = {"iss": ISSUER, "aud": CLIENT, "sub": "u-17", "iat": NOW, "exp": NOW + 300, "nonce": self.nonce}
        return {name: value for name, value in {**told, **self.change}.items() if value is not None}

    def token(self):
        if self.algorithm == "none":
            head = "eyJhbGciOiJub25lIn0"
            body = importlib.import_module("base64").urlsafe_b64encode(json.dumps(self.claims()).encode()).rstrip(b"=")
            return f"{head}.{body.decode()}."
        header = {"alg": self.algorithm, "kid": KEY.kid}
        return jwt.encode(header, self.claims(), self.key, algorithms=[self.algorithm])

    def __call__(self, request):
        path = request.url.path
        if path == "/.well-known/openid-configuration":
            return httpx.Response(200, json={
                "issuer": self.issuer, "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/keys",
            })  # fmt: skip
        if path == "/keys":
            return httpx.Response(200, json=KeySet([KEY]).as_dict(private=False))
        self.asked.append(parse_qs(request.content.decode()))
        return httpx.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": self.token()})


def seconds(made):
    return made.at.timestamp()


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def office(tmp_path, issuer):
    with furnished(tmp_path) as made:
        chosen = Chosen(ISSUER, CLIENT, "the secret", BACK)
        provider = OidcProvider(chosen, transport=httpx.MockTransport(issuer), now=lambda: seconds(made))
        made.console.sign_ins = SignIns(provider)
        made.store.change_account("analyst", {"subject": "u-17"})
        yield made


def begun(issuer, client, path="/account"):
    answer = client.get("/sign-in/oidc", params={"next": path}, follow_redirects=False)
    assert answer.status_code == 303
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    issuer.nonce = asked["nonce"]
    return asked


def come_back(client, state, **more):
    return client.get("/sign-in/oidc/back", params={"state": state, "code": "c0de", **more}, follow_redirects=False)


def test_the_person_is_signed_in_by_the_account_that_is_tied(office, issuer):
    client = office.anonymous()
    assert "/sign-in/oidc" in client.get("/sign-in").text
    asked = begun(issuer, client)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == BACK
    answer = come_back(client, asked["state"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "analyst" in client.get("/account").text
    assert len(issuer.asked[0]["code_verifier"][0]) >= 43


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "somebody"}, {"aud": [CLIENT, "b"]}, {"aud": None},
        {"azp": "somebody"}, {"iss": "https://evil.example"}, {"exp": NOW - 3600}, {"exp": None}, {"exp": "tomorrow"},
        {"iat": NOW + 3600}, {"iat": None}, {"sub": None}, {"sub": ""}, {"sub": 17},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_proves_nothing_opens_nothing(office, issuer, change):
    client = office.anonymous()
    state = begun(issuer, client)["state"]
    issuer.change = change
    assert come_back(client, state).status_code == 403
    assert client.get("/account", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(("algorithm", "key"), [
    ("none", None), ("RS256", OTHER), ("HS256", OctKey.import_key("the secret the secret the secret!")), ("RS512", KEY),
], ids=["unsigned", "another key", "the client's secret", "an algorithm not agreed on"])  # fmt: skip
def test_a_signature_that_is_not_the_providers_opens_nothing(office, issuer, algorithm, key):
    client = office.anonymous()
    state = begun(issuer, client)["state"]
    issuer.algorithm, issuer.key = algorithm, key
    assert come_back(client, state).status_code == 403


def test_a_state_is_good_once_in_its_own_browser_and_for_ten_minutes(office, issuer):
    client = office.anonymous()
    state = begun(issuer, client)["state"]
    assert come_back(client, state).status_code == 303
    assert come_back(client, state).status_code == 403
    assert come_back(client, "made-up").status_code == 403
    planted = begun(issuer, office.anonymous())["state"]
    assert come_back(office.anonymous(), planted).status_code == 403
    late = begun(issuer, client)["state"]
    office.later(seconds=KEPT_FOR.total_seconds())
    assert come_back(client, late).status_code == 403


def test_who_is_not_tied_or_closed_or_refused_stays_outside(office, issuer):
    client = office.anonymous()
    issuer.change = {"sub": "u-99"}
    answer = come_back(client, begun(issuer, client)["state"])
    assert answer.status_code == 403
    assert "u-99" in answer.text
    issuer.change = {}
    office.store.change_account("analyst", {"disabled": 1})
    assert come_back(client, begun(issuer, client)["state"]).status_code == 403
    assert come_back(client, begun(issuer, client)["state"], code="", error="access_denied").status_code == 403


def test_without_a_provider_there_is_no_such_way(console):
    client = console.anonymous()
    assert "/sign-in/oidc" not in client.get("/sign-in").text
    assert client.get("/sign-in/oidc", follow_redirects=False).status_code == 400


def test_a_link_through_the_provider_leads_nowhere_else(office, issuer):
    client = office.anonymous()
    state = begun(issuer, client, "https://evil.example")["state"]
    assert come_back(client, state).headers["location"] == "/"


def test_a_wrong_or_open_provider_is_refused_at_the_start(issuer):
    issuer.issuer = "https://other.example"
    with pytest.raises(ConfigurationError, match="no provider"):
        OidcProvider(Chosen(ISSUER, CLIENT, "s", BACK), transport=httpx.MockTransport(issuer))
    with pytest.raises(ConfigurationError, match="https"):
        OidcProvider(Chosen("http://id.example", CLIENT, "s", BACK))


def test_an_administrator_ties_and_unties_an_account(office):
    admin = office.client("admin")
    assert admin.post_form("/people/subject", {"name": "auditor", "subject": "u-5"}).status_code == 303
    assert office.store.account("auditor").subject == "u-5"
    assert admin.post_form("/people/subject", {"name": "inspector", "subject": "u-5"}).status_code == 409
    assert admin.post_form("/people/subject", {"name": "auditor", "subject": ""}).status_code == 303
    assert office.store.account("auditor").subject == ""
