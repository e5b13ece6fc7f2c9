"""Sign in through the office's identity provider (OpenID Connect): the redirect there and the way back.

What talks to the provider is :mod:`minewatch.web.oidc_client`, loaded only where one was chosen; here is what the browser does.
A sign-in that was begun is known by its ``state``, bound to the browser by a cookie, good once and for ten minutes.
"""

import hashlib
import secrets
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from minewatch.model.errors import InputError, RuleError
from minewatch.model.text import Text
from minewatch.usecases import accounts
from minewatch.usecases.accounts import Secrets
from minewatch.web.console import Console
from minewatch.web.context import console_of
from minewatch.web.provider import Begun, SignIns
from minewatch.web.sign_in import inside, signed_in

router = APIRouter(prefix="/sign-in/oidc")
BACK = "/sign-in/oidc/back"


def _sign_ins(console: Console) -> SignIns:
    if console.sign_ins is None:
        raise InputError(
            Text("No identity provider is set up.", "未配置统一身份认证。"),
            remedy=Text("Sign in with name and password.", "请以用户名和密码登录。"),
        )
    return console.sign_ins


def _cookie(console: Console) -> str:
    return "__Host-minewatch-oidc" if console.reached.secure else "minewatch-oidc"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@router.get("")
def begin(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:  # noqa: A002
    """Send the browser to the provider."""
    console = console_of(request)
    sign_ins = _sign_ins(console)
    cookie = secrets.token_urlsafe(32)
    begun = Begun(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        browser=_digest(cookie),
        path=inside(next),
        at=console.clock(),
    )
    response = RedirectResponse(sign_ins.begin(begun), status_code=303)
    # Lax: the way back is a navigation that another site begins.
    response.set_cookie(
        _cookie(console), cookie, max_age=600, httponly=True, secure=console.reached.secure, samesite="lax", path="/"
    )
    return response


@router.get("/back")
def back(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Take the provider's answer: find the account that is tied to the person and open a session for it."""
    console = console_of(request)
    at = console.clock()
    sign_ins = _sign_ins(console)
    begun = sign_ins.take(state, _digest(request.cookies.get(_cookie(console), "")), at)
    if error or not code:
        raise RuleError(
            Text("The identity provider did not let the person in.", "统一身份认证未通过。"),
            remedy=Text("Begin again, or ask who runs the provider.", "请重试，或联系认证平台管理员。"),
        )
    subject = sign_ins.provider.subject(begun, code)
    fresh = Secrets(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    accounts.sign_in_as(store=console.store, subject=subject, secrets=fresh, at=at)
    response = signed_in(request, fresh, begun.path)
    response.delete_cookie(_cookie(console), path="/", secure=console.reached.secure, httponly=True)
    return response
