"""Papers of a case or campaign as bytes to hand out: each with its file name, and each put on record as an export."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from minewatch.casework.rollup import Level
from minewatch.model.errors import InputError
from minewatch.model.letters import LetterKind
from minewatch.model.text import Language, Text
from minewatch.usecases.bulletins import bulletin_contents, return_form
from minewatch.usecases.bundles import BundleOrder, bundle
from minewatch.usecases.campaign_reach import reached_campaign
from minewatch.usecases.case_file import case_document
from minewatch.usecases.cases import case_state
from minewatch.usecases.evidence_list import texts_of
from minewatch.usecases.issue_letters import LetterToIssue, issue
from minewatch.usecases.letters import ISSUED, OWN_EVENT, SERVED, STEPS, LetterOrder, letter
from minewatch.usecases.office import Turn
from minewatch.usecases.photos import attachments_of
from minewatch.usecases.rollups import Period
from minewatch.usecases.trail import digest_of, exported
from minewatch.usecases.wall_load import open_lake

MEDIA: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "zip": "application/zip",
}
LETTERS: Mapping[LetterKind, Text] = {
    LetterKind.STOP_ORDER: Text("stop order", "停机通知书"),
    LetterKind.SELF_INSPECTION: Text("request for a self-inspection", "自查通知书"),
    LetterKind.INSPECTION: Text("inspection notice", "检查通知书"),
    LetterKind.RECTIFICATION: Text("rectification notice", "整改通知书"),
    LetterKind.SURCHARGE: Text("warning of the surcharge", "差别电价告知书"),
    LetterKind.REFERRAL: Text("referral letter", "移送函"),
    LetterKind.RESTORATION: Text("restoration decision", "恢复供电通知书"),
}


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out."""

    name: str
    media: str
    content: bytes


def letters_ready(*, turn: Turn, case: str) -> tuple[tuple[str, Text], ...]:
    """Return the letters (kind, words) that the case has an event for, for who may read it."""
    turn.may("case.read", case_state(turn.office.log, case).jurisdiction)
    events = turn.office.log.stream(case)
    told = {event.name for event in events}
    issued = {str(event.payload["kind"]) for event in events if event.name == ISSUED}
    steps = {**STEPS, LetterKind.SELF_INSPECTION: SERVED}
    return tuple((kind.value, words) for kind, words in LETTERS.items() if kind in issued or steps.get(kind) in told)


def own_letters() -> tuple[tuple[str, Text], ...]:
    """Return the letters (kind, words) that are issued on their own, without a step of the case that they tell."""
    return tuple((kind.value, words) for kind, words in LETTERS.items() if kind in OWN_EVENT)


def issued_letter(*, turn: Turn, case: str, order: LetterToIssue) -> Download:
    """Issue a letter, keep the document as it was issued, and return it; see :func:`issue_letters.issue`."""
    _, content = issue(turn=turn, case=case, order=order)
    attachments_of(turn.office).keep(content, ".docx")
    return Download(f"{case}-{order.kind}.{order.language}.docx", MEDIA["docx"], content)


def letter_of(*, turn: Turn, case: str, kind: str, language: Language, given: Mapping[str, str]) -> Download:
    """Return a letter of the case; ``InputError`` for a kind there is not, and what :func:`letters.letter` raises.

    ``given`` are values of fields (issuer, contact) that win over the office's own; empty ones do not count.
    """
    if kind not in set(LetterKind):
        raise InputError(
            Text(f"There is no letter {kind!r}.", f"没有“{kind}”类文书。"),
            remedy=Text(f"There are: {', '.join(LetterKind)}.", f"可选：{'、'.join(LetterKind)}。"),
        )
    filled = {name: value.strip() for name, value in given.items() if value.strip()}
    order = LetterOrder(case=case, kind=LetterKind(kind), language=language, given=filled)
    return _case_paper(turn, case, f"{kind}.{language}", "docx", lambda: letter(turn=turn, order=order))


def case_file_of(*, turn: Turn, case: str, form: Literal["html", "docx"], language: Language) -> Download:
    """Return the case file."""
    lake = open_lake(turn.office.workspace.lake_folder)
    return _case_paper(
        turn,
        case,
        f"file.{language}",
        form,
        lambda: case_document(turn=turn, lake=lake, case=case, form=form, language=language),
    )


def bundle_of(*, turn: Turn, case: str) -> Download:
    """Return the case as a signed bundle, with every photo, signature and issued letter of it that is kept here."""
    store = attachments_of(turn.office)
    named = [
        digest
        for event in turn.office.log.stream(case)
        for digest in (
            *texts_of(event.payload.get("photos")),
            *texts_of(event.payload.get("signatures")),
            str(event.payload.get("document_digest") or ""),
        )
    ]
    kept = tuple(path for digest in dict.fromkeys(named) if (path := store.find(digest)) is not None)
    sealed = bundle(
        turn=turn, lake=open_lake(turn.office.workspace.lake_folder), order=BundleOrder(case=case, attach=kept)
    )
    return Download(f"{case}-bundle.zip", MEDIA["zip"], sealed.content)


def return_form_of(*, turn: Turn, campaign: str, language: Language) -> Download:
    """Return the form of self-inspection returns for the campaign's open cases that the actor may read."""
    reached_campaign(turn=turn, campaign=campaign, action="case.read")
    content = return_form(turn=turn, campaign=campaign, language=language)
    exported(turn, "return form", f"campaign-{campaign}", digest_of(content))
    return Download(f"returns-{campaign}.xlsx", MEDIA["xlsx"], content)


def bulletin_of(
    *, turn: Turn, campaign: str, on: date, period: Period, level: Level, language: Language, form: str
) -> Download:
    """Return the bulletin as html, docx or xlsx."""
    stem, contents = bulletin_contents(
        turn=turn, campaign=campaign, on=on, period=period, level=level, language=language
    )
    if form not in contents:
        raise InputError(
            Text(f"There is no bulletin as {form!r}.", f"专报没有“{form}”格式。"),
            remedy=Text(f"There are: {', '.join(contents)}.", f"可选：{'、'.join(contents)}。"),
        )
    content = contents[form]()
    exported(turn, "bulletin", f"campaign-{campaign}", digest_of(content))
    return Download(f"{stem}.{form}", MEDIA[form], content)


def _case_paper(turn: Turn, case: str, name: str, form: str, make: Callable[[], bytes]) -> Download:
    division = case_state(turn.office.log, case).jurisdiction
    turn.may("case.read", division)
    content = make()
    exported(turn, name, case, digest_of(content), division=division)
    return Download(f"{case}-{name}.{form}", MEDIA[form], content)
