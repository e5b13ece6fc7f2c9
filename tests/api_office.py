"""A console with something in it: a campaign, cases in two counties, a tip; and callers of the API with their tokens."""

from contextlib import contextmanager

from case_office import open_sites_of
from console_office import BEGIN, PEOPLE, Client, make_console
from minewatch.model.actors import Actor, Role
from minewatch.model.events import utc_text
from minewatch.stores.console_store import Token
from minewatch.stores.passwords import digest
from minewatch.usecases.access import add_actor
from minewatch.usecases.office import Turn
from minewatch.usecases.tips import Tip, add_tip

TYPIST = Actor("chen", frozenset({Role.SUPERVISOR}), ("511800",))


def give_tokens(made):
    """Give everybody a token that is their name, without the trail of making it."""
    for name, _, _ in PEOPLE:
        made.store.add_token(
            Token(digest(name), name, name, "test", utc_text(BEGIN), "2030-01-01T00:00:00.000000Z", "")
        )


def caller(made, name):
    """Return a client that sends the person's token; the empty name sends none."""
    client = Client(made.app, base_url="http://localhost", raise_server_exceptions=False)
    if name:
        client.headers["Authorization"] = f"Bearer {name}"
    return client


def furnish(made):
    """Open the campaign ``ya`` with four sites (case-1 and case-2 in 511824, case-3 and case-4 in 511802) and take a tip."""
    add_actor(log=made.office.log, by=made.console.actor("admin"), new=TYPIST, at=BEGIN)
    open_sites_of(made.office)
    tip = Tip("miner", "511824", "灯一直亮着", "老王", "138")
    add_tip(turn=Turn(made.office, TYPIST, BEGIN), tip=tip, fresh="f" * 32)


@contextmanager
def furnished(folder):
    with make_console(folder) as made:
        furnish(made)
        give_tokens(made)
        yield made
