"""One's own account: password and tokens of the API."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases import accounts
from minewatch.web.context import Who
from minewatch.web.pages import page, see_other

router = APIRouter(prefix="/account")


@router.get("")
def own_account(request: Request, who: Who) -> Response:
    """Show who one is, what one may do, and one's tokens."""
    return page(request, who, "account.html", tokens=who.console.store.tokens(who.actor.name), fresh="")


@router.get("/password")
def password_form(request: Request, who: Who) -> Response:
    """Show the form for a new password."""
    return page(request, who, "password.html", refused=None, least=accounts.LEAST_LENGTH)


@router.post("/password")
def change_password(
    request: Request,
    who: Who,
    old: Annotated[str, Form(max_length=1000)],
    new: Annotated[str, Form(max_length=1000)],
    again: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Change the password; other sessions of the account end."""
    try:
        if new != again:
            raise InputError(
                Text("The two new passwords differ.", "两次输入的新密码不一致。"),
                remedy=Text("Type the same one twice.", "请两次输入相同的密码。"),
            )
        accounts.change_password(store=who.console.store, session=who.session, old=old, new=new)
    except InputError as error:
        return page(request, who, "password.html", status=400, refused=error, least=accounts.LEAST_LENGTH)
    return see_other("/", Text("Your password is changed.", "密码已更改。"))


@router.post("/tokens")
def make_token(request: Request, who: Who, label: Annotated[str, Form(max_length=200)]) -> Response:
    """Make a token for the API and show it, this once."""
    secret = secrets.token_urlsafe(32)
    accounts.new_token(turn=who.turn, store=who.console.store, label=label, secret=secret)
    return page(request, who, "account.html", tokens=who.console.store.tokens(who.actor.name), fresh=secret)


@router.post("/tokens/{identity}/end")
def end_token(who: Who, identity: str) -> Response:
    """Take a token back."""
    accounts.end_token(turn=who.turn, store=who.console.store, identity=identity)
    return see_other("/account", Text("The token is taken back.", "令牌已收回。"))
