"""What leaves a case on paper or as a file: the case file, the bundle; and the way back to the original files."""

import json
import secrets
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from minewatch.cli.case_options import Case
from minewatch.cli.console import language, print_data, print_json, say
from minewatch.cli.desk import (
    AsOption,
    BecauseOption,
    ByOption,
    JsonOption,
    NowOption,
    WorkspaceOption,
    desk,
    print_receipts,
)
from minewatch.cli.paper import pair_of
from minewatch.model.errors import InputError
from minewatch.model.letters import LetterKind
from minewatch.model.text import Text
from minewatch.usecases.bundles import BundleOrder, bundle
from minewatch.usecases.case_file import case_document
from minewatch.usecases.case_money import MoneyOrder, state_money
from minewatch.usecases.issue_letters import LetterToIssue, issue
from minewatch.usecases.pseudonyms import open_keys, save_keys
from minewatch.usecases.run_screen import write_file
from minewatch.usecases.sources import case_sources, find_lines
from minewatch.usecases.steps import case_id


def make_bundle(
    case: Case,
    out: Annotated[Path, typer.Argument(help="ZIP file to write.")],
    attach: Annotated[
        list[Path] | None, typer.Option("--attach", help="A file that an event names (photo, return); repeatable.")
    ] = None,
    pseudonymous: Annotated[
        Path | None, typer.Option("--pseudonymous", help="Replace names; key file to use or make, to be kept apart.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the case as a signed ZIP that anyone can check with verify_bundle.py: events, evidence, readings, rules."""
    keys = None if pseudonymous is None else open_keys(pseudonymous, fresh=secrets.token_hex(32))
    with desk(workspace, as_, now) as at:
        order = BundleOrder(case=case_id(case), attach=tuple(attach or ()), pseudonyms=keys)
        sealed = bundle(turn=at.turn, lake=at.office.workspace.lake(), order=order)
    if pseudonymous is not None and keys is not None:
        save_keys(pseudonymous, keys)
    write_file(out, sealed.content)
    if as_json:
        print_json({"out": str(out), "sha256": sealed.digest, "fingerprint": sealed.fingerprint})
    else:
        text = Text("{out} written, {size} bytes. Key fingerprint: {key}", "已写入 {out}，{size} 字节。密钥指纹：{key}")
        say(text.format(out=out, size=f"{len(sealed.content):,}", key=sealed.fingerprint))


def file(
    case: Case,
    out: Annotated[Path, typer.Option("--out", help="File to write: .html or .docx.")],
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the case file: curve, evidence, timeline, measures, disputes; every figure with its evidence id."""
    ending = out.suffix.lower()
    if ending not in {".html", ".docx"}:
        raise InputError(
            Text(f"{out.name} ends in neither .html nor .docx.", f"{out.name} 的扩展名既非 .html 也非 .docx。"),
            remedy=Text("Name the file so that it does.", "请使用其中一种扩展名。"),
        )
    with desk(workspace, as_, now) as at:
        content = case_document(
            turn=at.turn,
            lake=at.office.workspace.lake(),
            case=case_id(case),
            form="docx" if ending == ".docx" else "html",
            language=language(),
        )
    write_file(out, content)
    if as_json:
        print_json({"out": str(out), "bytes": len(content)})
    else:
        say(Text("written: {out}", "已写入：{out}").format(out=out))


def letter(
    case: Case,
    kind: Annotated[
        LetterKind, typer.Option("--kind", help="self-inspection, inspection, rectification or surcharge.")
    ],
    pack: Annotated[str, typer.Option("--pack", help="The instrument the letter rests on.")],
    section: Annotated[str, typer.Option("--section", help="Its section or item, such as 'item 5'.")],
    number: Annotated[str, typer.Option("--number", help="Number of the letter.")],
    by: ByOption,
    out: Annotated[Path, typer.Option("--out", help="Word document to write.")],
    until: Annotated[str | None, typer.Option("--until", help="Deadline of what is asked.")] = None,
    how: Annotated[str, typer.Option("--how", help="How it is handed over.")] = "in person",
    because: BecauseOption = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE (issuer, contact, ask, addressee …); repeatable.")
    ] = None,
    in_: Annotated[
        Literal["zh", "en"] | None, typer.Option("--in", help="Language of the letter; else that of --lang.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue a letter that is no notice: on record with the digest of the document, which --attach puts in the bundle."""
    given = dict(pair_of(text) for text in set_ or ())
    with desk(workspace, as_, now) as at:
        order = LetterToIssue(
            kind=kind,
            pack=pack,
            section=section,
            number=number,
            by=by,
            language=in_ or language(),
            until=at.office.instant(until) if until else None,
            how=how,
            because=because,
            given=given,
        )
        receipt, content = issue(turn=at.turn, case=case_id(case), order=order)
    write_file(out, content)
    print_receipts([receipt], as_json=as_json)


def money(
    case: Case,
    kind: Annotated[Literal["evaded", "theft", "gains", "surcharge"], typer.Option("--kind", help="What is reckoned.")],
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Day whose rules and prices count.")],
    kwh: Annotated[str | None, typer.Option("--kwh", help="Energy in kWh: one number, or low:best:high.")] = None,
    kw: Annotated[str | None, typer.Option("--kw", help="Power in kW where the duration is unknown.")] = None,
    readings: Annotated[
        str | None, typer.Option("--readings", help="FIRST:LAST day: all energy of the case's meters in the lake.")
    ] = None,
    cycles: Annotated[Path | None, typer.Option("--cycles", help="Surcharge: CSV or XLSX of meter cycles.")] = None,
    prices: Annotated[Path | None, typer.Option("--prices", help="Your own dated prices (YAML).")] = None,
    start: Annotated[datetime | None, typer.Option("--start", formats=["%Y-%m-%d"], help="Surcharge: from.")] = None,
    stop: Annotated[datetime | None, typer.Option("--stop", formats=["%Y-%m-%d"], help="Surcharge: before.")] = None,
    warned: Annotated[
        datetime | None, typer.Option("--warned", formats=["%Y-%m-%d"], help="Day of the warning; else the letter's.")
    ] = None,
    pack: Annotated[str | None, typer.Option("--pack", help="Surcharge: the rule's pack.")] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reckon what is owed and keep the statement with the case, for its file and bundle; nothing is decided by it."""
    with desk(workspace, as_, now) as at:
        order = MoneyOrder(
            kind=kind,
            on=on.date(),
            kwh=kwh,
            kw=kw,
            days=days_of(readings),
            prices=prices,
            cycles=cycles,
            start=start.date() if start else None,
            stop=stop.date() if stop else None,
            warned=warned.date() if warned else None,
            pack=pack,
        )
        receipt, statement = state_money(turn=at.turn, lake=at.office.workspace.lake(), case=case_id(case), order=order)
    if not as_json:
        for name, amount in statement.totals:
            print_data(f"{name.in_language(language())}: {amount.best:,} CNY")
    print_receipts([receipt], as_json=as_json)


def days_of(text: str | None) -> tuple[date, date] | None:
    """Read ``FIRST:LAST``; ``InputError`` for what is no pair of days."""
    if text is None:
        return None
    try:
        first, last = (date.fromisoformat(part) for part in text.split(":"))
    except ValueError as error:
        raise InputError(
            Text(f"{text!r} names no days.", f"“{text}”没有写明起止日期。"),
            remedy=Text(
                "Write FIRST:LAST, such as 2021-05-24:2021-06-16.", "请写作 起始日:截止日，如 2021-05-24:2021-06-16。"
            ),
        ) from error
    return first, last


def sources(
    case: Case,
    in_: Annotated[
        list[Path] | None, typer.Option("--in", help="Folder or file of the originals: show the lines; repeatable.")
    ] = None,
    day: Annotated[
        datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="With --in: only lines that name this day.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Walk back: the original files behind the case's readings by SHA-256, and with --in the lines in them."""
    with desk(workspace, as_, now) as at:
        files = case_sources(turn=at.turn, lake=at.office.workspace.lake(), case=case_id(case))
    if in_:
        for one in find_lines(files, in_, day=None if day is None else day.date()):
            found = {
                "meter": one.meter,
                "file": str(one.file),
                "sha256": one.sha256,
                "line": one.line,
                "text": one.text,
            }
            print_data(json.dumps(found, ensure_ascii=False) if as_json else f"{one.file}:{one.line}: {one.text}")
    elif as_json:
        print_json([asdict(one) for one in files])
    else:
        for original in files:
            print_data(
                f"{original.sha256}  {original.meter}  {original.first_day} – {original.last_day}  {original.path}"
            )


def register(app: typer.Typer) -> None:
    """Add the commands to ``minewatch case``."""
    app.command("bundle")(make_bundle)
    app.command("file")(file)
    app.command("sources")(sources)
    app.command("letter")(letter)
    app.command("money")(money)
