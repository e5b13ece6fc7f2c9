"""Run the console: bind, make the first account, serve until stopped."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path

import uvicorn

from minewatch.model.errors import ConfigurationError
from minewatch.model.text import Text
from minewatch.usecases.accounts import first_account
from minewatch.usecases.console import open_console
from minewatch.web.app import make_app
from minewatch.web.console import Console, Reached
from minewatch.web.oidc import BACK
from minewatch.web.provider import SignIns

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Binding:
    """Where to listen, and how browsers reach it.

    ``certificate`` and ``key`` are PEM files for https. ``behind_proxy``: a proxy of the office ends https in front and
    tells the browser's address. ``names``: host names that are answered besides the loopback's.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    names: tuple[str, ...] = ()

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def address(self) -> str:
        """The address to type."""
        scheme = "https" if self.certificate else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}/"


def reached(binding: Binding) -> Reached:
    """Decide how cookies are set and which names are answered.

    Raises ``ConfigurationError`` where passwords would travel in the open: off the loopback, https is needed.
    """
    if (binding.certificate is None) != (binding.key is None):
        raise ConfigurationError(
            Text("A certificate needs its key.", "有证书时须同时给出私钥。"),
            remedy=Text("Give both --certificate and --key.", "请同时给出 --certificate 和 --key。"),
        )
    secure = binding.certificate is not None or binding.behind_proxy
    if not binding.is_loopback and not secure:
        raise ConfigurationError(
            Text(
                f"On {binding.host} passwords would cross the network in the open.",
                f"在 {binding.host} 上，密码将以明文经过网络。",
            ),
            remedy=Text(
                "Give --certificate and --key, or --behind-proxy if a proxy in front ends https; or listen on 127.0.0.1.",
                "请给出 --certificate 和 --key；前端代理负责 https 时请加 --behind-proxy；或只监听 127.0.0.1。",
            ),
        )
    names = (*LOOPBACK_NAMES, *binding.names) if binding.is_loopback or binding.names else ()
    return Reached(secure=secure, names=names)


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """An identity provider by its issuer, our name there, the file that holds our secret, and the address browsers reach us by.

    ``address`` empty: the one we listen on.
    """

    issuer: str
    client: str
    secret_file: Path
    address: str = ""


def _sign_ins(provider: ProviderChoice, binding: Binding) -> SignIns:
    try:
        client = import_module("minewatch.web.oidc_client")  # its libraries are an extra
    except ImportError as error:
        raise ConfigurationError(
            Text("Signing in through an identity provider needs more libraries.", "通过身份提供者登录还需要其他库。"),
            remedy=Text("Install minewatch[oidc].", "请安装 minewatch[oidc]。"),
        ) from error
    try:
        secret = provider.secret_file.read_text("utf-8").strip()
    except OSError as error:
        raise ConfigurationError(
            Text(f"{provider.secret_file} cannot be read.", f"无法读取 {provider.secret_file}。"),
            remedy=Text("Give the file that holds the client's secret.", "请给出存有客户端密钥的文件。"),
        ) from error
    back = (provider.address or binding.address).rstrip("/") + BACK
    return SignIns(client.OidcProvider(client.Chosen(provider.issuer, provider.client, secret, back)))


def serve(
    *,
    workspace: Path | None,
    variable: str | None,
    start: Path,
    ledger: str | None,
    binding: Binding,
    clock: Callable[[], datetime],
    rehearsed: Callable[[datetime], Callable[[], datetime]] | None,
    told: Callable[[str, str | None, str | None], None],
    provider: ProviderChoice | None = None,
) -> None:
    """Serve until interrupted.

    ``rehearsed`` gives the clock of a declared rehearsal, from the real time now. ``told`` is called once when the console is
    about to listen, with its address and, at the first start, the first account's name and one-time password.
    """
    how = reached(binding)
    sign_ins = _sign_ins(provider, binding) if provider else None
    with open_console(given=workspace, variable=variable, start=start, address=ledger) as (office, store):
        ticking = rehearsed(clock()) if rehearsed and office.is_rehearsal else clock
        if rehearsed and not office.is_rehearsal:
            raise ConfigurationError(
                Text("Only a rehearsal can be given a time of its own.", "只有演练可以自定时间。"),
                remedy=Text("Leave --now out, or declare a rehearsal.", "请去掉 --now，或先声明演练。"),
            )
        password = secrets.token_urlsafe(12)
        name = first_account(office=office, store=store, password=password, at=ticking())
        console = Console(office, store, ticking, how, simulated=office.is_rehearsal, sign_ins=sign_ins)
        told(binding.address, name, password if name else None)
        uvicorn.run(
            make_app(console),
            host=binding.host,
            port=binding.port,
            ssl_certfile=binding.certificate,
            ssl_keyfile=binding.key,
            proxy_headers=binding.behind_proxy,
            server_header=False,
            log_level=logging.WARNING,
            timeout_graceful_shutdown=5,
        )
