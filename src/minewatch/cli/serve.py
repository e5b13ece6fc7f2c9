"""``minewatch serve``: the console in the browser."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import print_data, say
from minewatch.cli.desk import WorkspaceOption
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.web.server import Binding, ProviderChoice, serve

app = typer.Typer(help="Serve the console: wall, findings, cases, law, audit.", rich_markup_mode=None)


@app.command()
def serve_console(
    workspace: WorkspaceOption = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8765,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="PEM file, for https.")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="PEM file of the certificate's key.")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy of the office ends https in front of the console.")
    ] = False,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A host name browsers use; others are refused. Repeatable.")
    ] = None,
    oidc_issuer: Annotated[
        str | None, typer.Option("--oidc-issuer", help="Issuer of an OpenID Connect provider to sign in through.")
    ] = None,
    oidc_client: Annotated[str, typer.Option("--oidc-client", help="Our client id there.")] = "minewatch",
    oidc_secret_file: Annotated[
        Path | None, typer.Option("--oidc-secret-file", help="File that holds the client's secret.")
    ] = None,
    oidc_address: Annotated[
        str, typer.Option("--oidc-address", help="Address browsers reach the console by; default: the one listened on.")
    ] = "",
    now: Annotated[str | None, typer.Option("--now", help="In a declared rehearsal: the time it starts at.")] = None,
) -> None:
    """Serve the console until Ctrl-C. The first start prints a one-time password for an administrator."""
    binding = Binding(host, port, certificate, key, behind_proxy, tuple(name or ()))
    serve(
        workspace=workspace,
        variable=os.environ.get("MINEWATCH_WORKSPACE"),
        start=Path.cwd(),
        ledger=os.environ.get("MINEWATCH_LEDGER"),
        binding=binding,
        clock=lambda: datetime.now(UTC),
        rehearsed=_rehearsed(now) if now else None,
        told=_tell,
        provider=_provider(oidc_issuer, oidc_client, oidc_secret_file, oidc_address),
    )


def _provider(issuer: str | None, client: str, secret: Path | None, address: str) -> ProviderChoice | None:
    if issuer is None:
        return None
    if secret is None:
        raise InputError(
            Text("The provider needs the client's secret.", "缺少客户端密钥。"),
            remedy=Text("Give it with --oidc-secret-file.", "请用 --oidc-secret-file 指定。"),
        )
    return ProviderChoice(issuer, client, secret, address)


def _rehearsed(text: str) -> Callable[[datetime], Callable[[], datetime]]:
    """Return what makes a clock that shows ``text`` (with its offset) now and runs on from there."""
    try:
        begin = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            Text(f"{text!r} is not a time.", f"“{text}”不是时间。"),
            remedy=Text("Write it as 2021-06-17T22:00+08:00.", "请写作 2021-06-17T22:00+08:00。"),
        ) from error
    if begin.tzinfo is None:
        raise InputError(
            Text(f"{text!r} has no zone.", f"“{text}”没有写明时区。"),
            remedy=Text("Write it as 2021-06-17T22:00+08:00.", "请写作 2021-06-17T22:00+08:00。"),
        )

    def from_now(real: datetime) -> Callable[[], datetime]:
        return lambda: begin + (datetime.now(UTC) - real)

    return from_now


def _tell(address: str, name: str | None, password: str | None) -> None:
    print_data(address)
    if name:
        say(
            Text(
                f"First start. Sign in as {name} with the one-time password {password}",
                f"首次启动。请以 {name} 登录，一次性密码为 {password}",
            )
        )
    say(Text("Stop with Ctrl-C.", "按 Ctrl-C 停止。"))
