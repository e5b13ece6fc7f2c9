"""Who calls the API: the owner of a token, with the permissions that person has now. Cookies are not looked at."""

import math
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from minewatch.model.actors import Actor
from minewatch.model.errors import MinewatchError
from minewatch.usecases.accounts import name_of_token
from minewatch.usecases.office import Office, Turn
from minewatch.web.context import console_of

TOKEN = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token that the account's owner makes on the page /account; it may do what that person may do.",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The owner of the request's token."""

    actor: Actor
    turn: Turn

    @property
    def office(self) -> Office:
        """The office the console works on."""
        return self.turn.office


def caller_of(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(TOKEN)]) -> Caller:
    """Return who calls; 401 without a good token, 429 for one that comes too often."""
    console = console_of(request)
    at = console.clock()
    secret = credentials.credentials if credentials else ""
    name = name_of_token(store=console.store, secret=secret, at=at)
    if name is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    request.state.token_of = name
    wait = console.rate.wait(secret, at)
    if wait:
        raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait))})
    try:
        actor = console.actor(name)
    except MinewatchError as error:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"}) from error
    return Caller(actor, Turn(console.office, actor, at))


Called = Annotated[Caller, Depends(caller_of)]
"""The caller of a request, for routes."""
