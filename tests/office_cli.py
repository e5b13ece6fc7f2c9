"""A rehearsal office driven through the command line, for tests and for the told stories."""

import json
import os

from typer.testing import CliRunner

from minewatch.cli.main import app
from minewatch.stores.workspace import init


class OfficeCli:
    """Runs commands in a workspace of its own at a rehearsed time, as one of its people."""

    def __init__(self, folder, *, begin, zone="+08:00"):
        """``begin`` is the rehearsed time; without one (None) the office is no rehearsal and its clock is the machine's."""
        init(folder, zone=zone, shards=4)
        self.folder = folder
        if begin is not None:
            self.run("ledger", "declare-rehearsal", "--by", "Chen", "--now", begin)
        self.people(begin)

    def people(self, begin):
        everywhere = ("--division", "000000", *(("--now", begin) if begin is not None else ()))
        self.run("actor", "add", "root", "--role", "administrator", *everywhere)
        for name, role in (("chen", "supervisor"), ("luo", "inspector"), ("bai", "analyst"), ("gao", "auditor")):
            self.run("actor", "add", name, "--role", role, *everywhere, "--as", "root")

    def call(self, *words):
        """Return the result of a command, whatever its exit code; errors of ours come out as exceptions."""
        environment = {**os.environ, "MINEWATCH_WORKSPACE": str(self.folder), "MINEWATCH_LANG": "en", "COLUMNS": "200"}
        return CliRunner().invoke(app, [str(word) for word in words], env=environment)

    def run(self, *words, code=0):
        """Run a command; an unexpected end shows what it printed."""
        result = self.call(*words)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    def json(self, *words, code=0):
        """Run a command with --json and return what it printed."""
        return json.loads(self.run(*words, "--json", code=code).stdout)
