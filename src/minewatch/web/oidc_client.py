"""Talk to an identity provider: discovery, authorization code with PKCE, and an ID token that must prove itself.

Needs the extra ``oidc``; loaded only where ``minewatch serve`` is given a provider. What is checked of the ID token: a signature
by one of the provider's keys with an asymmetric algorithm, issuer, audience (and authorized party), expiry, the nonce of this
very sign-in (OpenID Connect Core 1.0, 3.1.3.7; RFC 7636; RFC 9700).
"""

import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from minewatch.model.errors import ConfigurationError, RuleError
from minewatch.model.text import Text
from minewatch.web.provider import Begun

ALGORITHMS = ("RS256", "PS256", "ES256")
"""Asymmetric ones only: ``none`` proves nothing, and with HS256 whoever knows the client's secret could write tokens."""
LEEWAY = 60
TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """The provider that was chosen: its issuer, our name and secret there, and the address it sends browsers back to."""

    issuer: str
    client: str
    secret: str
    back: str


class OidcProvider:
    """One identity provider, found by its issuer's discovery document.

    ``transport`` is where requests go (tests answer them themselves), ``now`` the time in seconds since 1970.
    """

    def __init__(
        self,
        chosen: Chosen,
        *,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        _check_address(chosen.issuer)
        self._chosen = chosen
        self._transport = transport
        self._now = now
        self._found = self._discover()
        self._keys: KeySet | None = None

    def begin(self, begun: Begun) -> str:
        """Return the provider's address for this sign-in, with state, nonce and the challenge of its verifier."""
        asked = {
            "response_type": "code",
            "client_id": self._chosen.client,
            "redirect_uri": self._chosen.back,
            "scope": "openid",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge_of(begun.verifier),
            "code_challenge_method": "S256",
        }
        address = self._found["authorization_endpoint"]
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def subject(self, begun: Begun, code: str) -> str:
        """Exchange the code for an ID token, check it, and return whom it names."""
        try:
            answer = self._exchange(begun, code)
            claims = self._claims(str(answer.get("id_token", "")))
        except (JoseError, httpx.HTTPError, ValueError, KeyError) as error:
            raise _not_proven(type(error).__name__) from error
        self._check(claims, begun)
        return str(claims["sub"])

    def _exchange(self, begun: Begun, code: str) -> dict[str, Any]:
        chosen = self._chosen
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": chosen.back,
            "code_verifier": begun.verifier,
        }
        # The id and the secret are form-encoded before they become a user and a password (RFC 6749, 2.3.1).
        auth = (quote_plus(chosen.client), quote_plus(chosen.secret))
        with httpx.Client(transport=self._transport, timeout=TIMEOUT) as client:
            found: dict[str, Any] = (
                client.post(self._found["token_endpoint"], data=asked, auth=auth).raise_for_status().json()
            )
            return found

    def _get(self, address: str) -> dict[str, Any]:
        _check_address(address)
        with httpx.Client(transport=self._transport, timeout=TIMEOUT) as client:
            found: dict[str, Any] = client.get(address).raise_for_status().json()
            return found

    def _discover(self) -> Mapping[str, str]:
        address = f"{self._chosen.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = self._get(address)
            if found["issuer"] != self._chosen.issuer:
                raise ValueError(found["issuer"])
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                _check_address(str(found[name]))
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise ConfigurationError(
                Text(
                    f"{address} describes no provider of that issuer: {error}.",
                    f"{address} 没有该签发方的身份提供者信息：{error}。",
                ),
                remedy=Text(
                    "Give the issuer exactly as the provider writes it, and see that this machine reaches it.",
                    "请按身份提供者所写原样填写签发方，并确认本机可以访问。",
                ),
            ) from error
        return found

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            return self._decoded(token)
        except (JoseError, ValueError):
            self._keys = None  # the provider may have changed its keys since; once more with those of now
            return self._decoded(token)

    def _decoded(self, token: str) -> dict[str, Any]:
        if self._keys is None:
            self._keys = KeySet.import_key_set({"keys": self._get(self._found["jwks_uri"])["keys"]})
        claims: dict[str, Any] = jwt.decode(token, self._keys, algorithms=list(ALGORITHMS)).claims
        return claims

    def _check(self, claims: Mapping[str, Any], begun: Begun) -> None:
        now = self._now()
        audience = claims.get("aud")
        named = [audience] if isinstance(audience, str) else audience
        expires, issued = claims.get("exp"), claims.get("iat")
        wrong = (
            ("issuer", claims.get("iss") != self._chosen.issuer),
            ("audience", not isinstance(named, list) or self._chosen.client not in named),
            ("authorized party", claims.get("azp", self._chosen.client) != self._chosen.client),
            ("several audiences", isinstance(named, list) and len(named) > 1 and "azp" not in claims),
            ("nonce", claims.get("nonce") != begun.nonce),
            ("expiry", not isinstance(expires, int | float) or expires + LEEWAY < now),
            ("issued", not isinstance(issued, int | float) or issued - LEEWAY > now),
            ("subject", not isinstance(claims.get("sub"), str) or not claims.get("sub")),
        )
        for what, failed in wrong:
            if failed:
                raise _not_proven(what)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ConfigurationError(
            Text(f"{address} is not reached by https.", f"{address} 不是 https 地址。"),
            remedy=Text("Give an https address; http only on this machine.", "请给出 https 地址；仅本机可用 http。"),
        )


def _not_proven(what: str) -> RuleError:
    return RuleError(
        Text(
            f"The identity provider's answer does not prove who you are ({what}).",
            f"统一身份认证的返回不能证明身份（{what}）。",
        ),
        remedy=Text("Begin again; if it stays so, tell the administrator.", "请重试；如仍失败，请联系管理员。"),
    )
