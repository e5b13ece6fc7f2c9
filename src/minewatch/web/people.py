"""People: who is registered with which roles and divisions, and who has an account."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from minewatch.model.actors import Role
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases import accounts
from minewatch.usecases.access import actors, add_actor, make_actor
from minewatch.web.context import Visitor, Who
from minewatch.web.pages import page, see_other

router = APIRouter(prefix="/people")


def _show(request: Request, who: Visitor, *, fresh: tuple[str, str] = ("", "")) -> Response:
    who.turn.may("actor.manage")
    held = {account.name: account for account in who.console.store.accounts()}
    rows = [(actor, held.get(actor.name)) for actor in actors(log=who.office.log)]
    locked = {name for name, account in held.items() if accounts.is_locked(account, who.turn.at)}
    provider = who.console.sign_ins is not None
    return page(
        request,
        who,
        "people.html",
        rows=rows,
        locked=locked,
        roles=tuple(Role),
        fresh=fresh,
        provider=provider,
    )


@router.get("")
def people(request: Request, who: Who) -> Response:
    """List the people."""
    return _show(request, who)


@router.post("")
def register(
    who: Who,
    name: Annotated[str, Form(max_length=200)],
    role: Annotated[list[str] | None, Form()] = None,
    divisions: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Register a person, or change roles and divisions of one."""
    try:
        roles = [Role(value) for value in role or []]
    except ValueError as error:
        raise InputError(
            Text(f"{error}.", f"{error}。"), remedy=Text("Choose roles from the list.", "请从列表中选择角色。")
        ) from error
    if not roles:
        raise InputError(
            Text("The person has no role.", "该人员没有角色。"), remedy=Text("Choose at least one.", "请至少选择一个。")
        )
    new = make_actor(name=name.strip(), roles=roles, divisions=divisions.replace(",", " ").split())
    add_actor(log=who.office.log, by=who.actor, new=new, at=who.turn.at)
    return see_other("/people", Text("{name} is registered.", "已登记 {name}。").format(name=new.name))


@router.post("/account")
def give_account(request: Request, who: Who, name: Annotated[str, Form(max_length=200)]) -> Response:
    """Make an account, or set an existing one back, with a one-time password that is shown this once."""
    password = secrets.token_urlsafe(12)
    if who.console.store.account(name) is None:
        accounts.add_account(turn=who.turn, store=who.console.store, name=name, password=password)
    else:
        accounts.reset_account(turn=who.turn, store=who.console.store, name=name, password=password)
    return _show(request, who, fresh=(name, password))


@router.post("/subject")
def tie_subject(
    who: Who, name: Annotated[str, Form(max_length=200)], subject: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Tie an account to the name the identity provider knows the person by; empty unties it."""
    accounts.tie_subject(turn=who.turn, store=who.console.store, name=name, subject=subject.strip())
    return see_other(
        "/people",
        Text("The name at the provider is kept.", "统一身份认证标识已保存。"),
    )


@router.post("/close")
def close_account(who: Who, name: Annotated[str, Form(max_length=200)]) -> Response:
    """Close an account at once."""
    accounts.disable_account(turn=who.turn, store=who.console.store, name=name)
    return see_other("/people", Text("The account is closed.", "账户已停用。"))
