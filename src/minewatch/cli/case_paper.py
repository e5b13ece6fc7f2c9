"""What leaves a case on paper or as a file: the case file, the bundle; and the way back to the original files."""

import json
import secrets
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_data, print_json, say
from minewatch.cli.desk import AsOption, JsonOption, NowOption, WorkspaceOption, desk
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases.bundles import BundleOrder, bundle
from minewatch.usecases.case_file import case_document
from minewatch.usecases.pseudonyms import open_keys, save_keys
from minewatch.usecases.run_screen import write_file
from minewatch.usecases.sources import case_sources, find_lines
from minewatch.usecases.steps import case_id

Case = Annotated[str, typer.Argument(help="Number of the case.")]


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
        raise InputError(f"{out.name} ends in neither .html nor .docx.", remedy="Name the file so that it does.")
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
