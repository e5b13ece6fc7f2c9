"""When the meters of a workspace were told to stop, by the deadlines of their own cases."""

from datetime import datetime

from minewatch.stores.workspace import LEDGER, Workspace
from minewatch.usecases.case_index import case_lines
from minewatch.usecases.office import open_office
from minewatch.usecases.time_left import instant_of, standard_time


def case_deadlines(workspace: Workspace) -> dict[str, datetime]:
    """Return the latest deadline of each meter that stands in a case, in the workspace's standard time; empty without a ledger.

    Only the workspace's own ledger is looked at, not one on Postgres.
    """
    if not (workspace.folder / LEDGER).exists():
        return {}
    latest: dict[str, datetime] = {}
    with open_office(given=workspace.folder, variable=None, start=workspace.folder, address=None) as office:
        for line in case_lines(office.log):
            if not line.state.deadline:
                continue
            falls = instant_of(line.state.deadline)
            standard = falls.astimezone(standard_time(office.zone, at=falls)).replace(tzinfo=None)
            for meter in line.state.meters:
                latest[meter] = max(standard, latest.get(meter, standard))
    return latest
