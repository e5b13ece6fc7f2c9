"""Sign in and out; choose language and colours."""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from minewatch.model.errors import RuleError
from minewatch.model.text import Text
from minewatch.usecases import accounts
from minewatch.usecases.accounts import Secrets
from minewatch.web.context import SIGN_IN, Who, console_of, cookie_name, form_cookie_name, maybe_visitor
from minewatch.web.pages import csrf_field, page, see_other

router = APIRouter()


@router.get(SIGN_IN)
def sign_in_form(request: Request, next: str = "/") -> Response:  # noqa: A002 - the word in the address
    """Show the form."""
    return _form(request, next)


@router.post(SIGN_IN)
def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the word in the form
) -> Response:
    """Open a session; always a new one, so that nobody can have planted it."""
    console = console_of(request)
    fresh = Secrets(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    try:
        accounts.sign_in(
            log=console.office.log, store=console.store, name=name, password=password, secrets=fresh, at=console.clock()
        )
    except RuleError as error:
        return _form(request, next, status=403, refused=error)
    old = maybe_visitor(request)
    if old is not None:
        console.store.end_session(old.session.digest)
    return signed_in(request, fresh, inside(next))


def signed_in(request: Request, fresh: Secrets, path: str) -> Response:
    """Send the browser to ``path`` with the cookie of its new session."""
    console = console_of(request)
    response = RedirectResponse(path, status_code=303)
    response.set_cookie(
        cookie_name(console), fresh.cookie, httponly=True, secure=console.reached.secure, samesite="lax", path="/"
    )
    response.delete_cookie(form_cookie_name(console), path="/", secure=console.reached.secure, httponly=True)
    return response


@router.post("/sign-out")
def sign_out(request: Request, who: Who) -> Response:
    """End the session, and have the browser forget what it kept of the pages."""
    who.console.store.end_session(who.session.digest)
    response = see_other(SIGN_IN, Text("You are signed out.", "您已退出。"))
    name = cookie_name(console_of(request))
    response.delete_cookie(name, path="/", secure=who.console.reached.secure, httponly=True)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@router.post("/language")
def language(who: Who, language: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
    """Choose the language of the account."""
    if language in {"en", "zh"}:
        who.console.store.change_account(who.account.name, {"language": language})
    return see_other(inside(back))


@router.post("/theme")
def theme(_who: Who, theme: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
    """Choose light, dark or the device's own colours, for this browser."""
    response = see_other(inside(back))
    response.set_cookie("theme", theme if theme in {"light", "dark"} else "auto", max_age=31_536_000, samesite="lax")
    return response


def _form(request: Request, next_: str, *, status: int = 200, refused: RuleError | None = None) -> Response:
    console = console_of(request)
    name = form_cookie_name(console)
    token = request.cookies.get(name) or secrets.token_urlsafe(32)
    field = csrf_field(token)
    response = page(
        request,
        None,
        "sign_in.html",
        status=status,
        next=inside(next_),
        field=field,
        refused=refused,
        provider=console.sign_ins is not None,
    )
    response.set_cookie(name, token, httponly=True, secure=console.reached.secure, samesite="strict", path="/")
    return response


def inside(path: str) -> str:
    """Return ``path`` if it stays on this console, else the start page: a link must not lead a person elsewhere."""
    parts = urlsplit(path)
    inside = path.startswith("/") and not path.startswith("//") and not parts.netloc and not parts.scheme
    return path if inside and "\\" not in path and path.isprintable() else "/"
