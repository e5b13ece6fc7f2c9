"""A console on a rehearsal workspace with people of every role, driven by a test client or by a real browser."""

import re
import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.testclient import TestClient

from minewatch.model.actors import Actor, Role
from minewatch.stores.console_store import Account
from minewatch.stores.passwords import hashed
from minewatch.stores.workspace import init
from minewatch.usecases.access import add_actor
from minewatch.usecases.console import open_console
from minewatch.usecases.office import declare_rehearsal
from minewatch.web.app import make_app
from minewatch.web.console import Console

BEGIN = datetime(2021, 6, 17, 2, 0, tzinfo=UTC)
PASSWORD = "four plain quiet words"  # noqa: S105 - of people who do not exist
PEOPLE = (
    ("admin", Role.ADMINISTRATOR, "000000"),
    ("supervisor", Role.SUPERVISOR, "511800"),
    ("analyst", Role.ANALYST, "511800"),
    ("inspector", Role.INSPECTOR, "511800"),
    ("auditor", Role.AUDITOR, "511800"),
    ("county", Role.SUPERVISOR, "511802"),
    ("elsewhere", Role.SUPERVISOR, "650000"),
)
HASH = hashed(PASSWORD)  # once: argon2 is slow on purpose
TOKEN = re.compile(r'name="csrf" value="([^"]+)"|name="csrf-token" content="([^"]+)"')


class Client(TestClient):
    """A test client that keeps its cookies and adds the form token to what it posts."""

    def token(self, path="/account"):
        found = TOKEN.search(self.get(path).text)
        return (found[1] or found[2]) if found else ""

    def post_form(self, url, data=None, **more):
        return self.post(url, data={**(data or {}), "csrf": self.token()}, follow_redirects=False, **more)


class ConsoleOffice:
    """A console at a rehearsed time that a test can move with ``later``."""

    def __init__(self, office, store):
        self.office, self.store, self.at = office, store, BEGIN
        self.console = Console(office, store, lambda: self.at, simulated=True)
        self.app = make_app(self.console)

    def later(self, **delta):
        self.at += timedelta(**delta)

    def anonymous(self):
        return Client(self.app, base_url="http://localhost", raise_server_exceptions=False)

    def client(self, name):
        client = self.anonymous()
        page = client.get("/sign-in")
        data = {"name": name, "password": PASSWORD, "csrf": TOKEN.search(page.text.split("<form", 1)[1])[1]}
        answer = client.post("/sign-in", data=data, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return client


def give_account(store, name):
    store.add_account(Account(name, HASH, False, 0, "", False, "en", "", "2021-06-17T00:00:00.000000Z"))


@contextmanager
def make_console(folder):
    """Make a workspace in ``folder`` and yield its console."""
    init(folder / "office", zone="+08:00", shards=4)
    with open_console(given=folder / "office", variable=None, start=folder, address=None) as (office, store):
        declare_rehearsal(office=office, by="test", at=BEGIN)
        by = None
        for name, role, division in PEOPLE:
            new = Actor(name, frozenset({role}), (division,))
            add_actor(log=office.log, by=by, new=new, at=BEGIN)
            by = by or new
            give_account(store, name)
        yield ConsoleOffice(office, store)


@contextmanager
def serving(made):
    """Serve the console on a free port of the loopback for a real browser; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(made.app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < until, "the console did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=15)
