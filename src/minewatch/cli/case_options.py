"""Arguments and options that several commands of ``minewatch case`` take."""

from typing import Annotated

import typer

Case = Annotated[str, typer.Argument(help="Number of the case.")]
Cases = Annotated[list[str] | None, typer.Argument(help="Numbers of cases.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; goes on record.")]
AllIn = Annotated[str | None, typer.Option("--all-in", help="All cases in this state, in one transaction.")]
OfCampaign = Annotated[str | None, typer.Option("--campaign", help="With --all-in: only this campaign.")]
InCampaign = Annotated[str, typer.Option("--campaign", help="Name of the campaign.")]
