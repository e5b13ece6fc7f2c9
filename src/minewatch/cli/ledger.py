"""``minewatch ledger``: verify, rebuild, export, anchor the record; declare a rehearsal."""

from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import language, print_data, print_json, say
from minewatch.cli.desk import AsOption, JsonOption, NowOption, WorkspaceOption, desk
from minewatch.model.text import Text, counted
from minewatch.usecases import ledgering as use
from minewatch.usecases.bundles import keygen
from minewatch.usecases.office import declare_rehearsal

app = typer.Typer(help="The record that cannot be rewritten.", no_args_is_help=True, rich_markup_mode=None)

FAULTY = 3


@app.command()
def verify(
    anchor: Annotated[list[Path] | None, typer.Option("--anchor", help="Anchor file exported before.")] = None,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="PEM the anchors must be signed with.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every row against the chain, the head and anchors. Exit code 3 when anything was changed."""
    with desk(workspace, as_, now) as at:
        key = public_key.read_bytes() if public_key else None
        anchors = [use.read_anchor(file, public_key=key) for file in anchor or []]
        found = use.verify(log=at.office.log, actor=at.actor, at=at.at, anchors=anchors)
    texts = [use.fault_text(fault) for fault in found.faults]
    if as_json:
        faults = [
            {"code": fault.code, "position": fault.position, "stream": fault.stream, "en": text.en, "zh": text.zh}
            for fault, text in zip(found.faults, texts, strict=True)
        ]
        print_json({"events": found.events, "hash": found.head.hash, "anchors": found.anchors, "faults": faults})
    else:
        for text in texts:
            print_data(text.in_language(language()))
        faulty = len(found.faults)
        say(
            Text(
                f"{counted(found.events, 'event')}, {counted(found.anchors, 'anchor')} compared, {counted(faulty, 'fault')}.",
                f"共 {found.events} 条记录，比对锚点 {found.anchors} 个，发现 {faulty} 处异常。",
            )
        )
    if found.faults:
        raise typer.Exit(FAULTY)


@app.command()
def rebuild(
    workspace: WorkspaceOption = None, as_: AsOption = None, now: NowOption = None, as_json: JsonOption = False
) -> None:
    """Make the read tables again from the events."""
    with desk(workspace, as_, now) as at:
        folded = use.rebuild(log=at.office.log, actor=at.actor, at=at.at)
    if as_json:
        print_json({"events": folded})
    else:
        say(Text(f"Rebuilt from {counted(folded, 'event')}.", f"已由 {folded} 条记录重建。"))


@app.command()
def export(
    after: Annotated[int, typer.Option("--after", help="Only events after this position.")] = 0,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
) -> None:
    """Print every event as one line of JSON."""
    with desk(workspace, as_, now) as at:
        for line in use.export(log=at.office.log, actor=at.actor, at=at.at, after=after):
            print_data(line)


@app.command()
def anchor(
    out: Annotated[Path, typer.Option("--out", help="File to write; keep it outside this machine.")],
    key: Annotated[Path | None, typer.Option("--key", help="Ed25519 private key in PEM, to sign with.")] = None,
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the last position and hash to a file: the proof that nothing up to it is changed later."""
    with desk(workspace, as_, now) as at:
        secret = key.read_bytes() if key else None
        text = use.anchor(log=at.office.log, actor=at.actor, at=at.at, key=secret)
    out.write_text(text, "utf-8")
    if as_json:
        print_data(text.rstrip())
    else:
        say(Text("Anchor written to {out}.", "锚点已写入 {out}。").format(out=out))


@app.command("keygen")
def make_key(
    workspace: WorkspaceOption = None, as_: AsOption = None, now: NowOption = None, as_json: JsonOption = False
) -> None:
    """Make the office's signing key (keys/signing.pem, readable by its owner only) and print its fingerprint."""
    with desk(workspace, as_, now) as at:
        found = keygen(turn=at.turn)
    if as_json:
        print_json({"fingerprint": found})
    else:
        print_data(found)


@app.command()
def erase(
    key: Annotated[str, typer.Argument(help="Key of the personal data, such as a case's party_key.")],
    workspace: WorkspaceOption = None,
    as_: AsOption = None,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase the personal data kept under a key; the chain stays whole and says that it was done."""
    with desk(workspace, as_, now) as at:
        erased = use.erase_personal(log=at.office.log, actor=at.actor, at=at.at, key=key)
    if as_json:
        print_json({"erased": erased})
    else:
        say(Text("Erased.", "已删除。") if erased else Text("There was nothing to erase.", "没有可删除的内容。"))


@app.command("declare-rehearsal")
def rehearsal(
    by: Annotated[str, typer.Option("--by", help="Who declares it.")],
    now: NowOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Mark a new ledger as a rehearsal, for ever; only then may commands be given --now."""
    with desk(workspace, None, None) as at:
        declare_rehearsal(office=at.office, by=by, at=at.instant(now))
    say(Text("This workspace is a rehearsal.", "本工作区已声明为演练。"))
