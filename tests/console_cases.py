"""The console's office with a campaign, four sites, notices and readings, at an hour and a half before the deadline."""

from case_office import LUO, MA, NOW, ROOT, fill_lake, open_sites_of, serve_all
from console_office import BEGIN, give_account
from minewatch.usecases.access import add_actor


def fill_console(made):
    """Add the cases to a console of ``console_office`` and move its clock; return it. ``luo`` and ``ma`` can sign in too."""
    for one in (LUO, MA):
        add_actor(log=made.office.log, by=ROOT, new=one, at=BEGIN)
        give_account(made.store, one.name)
    open_sites_of(made.office)
    serve_all(made.office)
    fill_lake(made.office)
    made.at = NOW
    return made
