"""The traffic path never touches the network: no socket is opened, no name resolved, no process started."""

import ast
import socket
import subprocess
from pathlib import Path

import pytest

import connections
import flow_files
import stories
import talks
from minewatch.usecases.traffic import TrafficOptions, watch_traffic

SRC = Path(__file__).parents[2] / "src" / "minewatch"
NETWORKED = {
    "http.client",
    "urllib.request",
    "requests",
    "httpx",
    "aiohttp",
    "ftplib",
    "smtplib",
    "ssl",
    "asyncio",
    "socketserver",
}
PATH = [
    *(SRC / "readers").glob("*.py"), SRC / "detect" / "traffic.py", SRC / "detect" / "flows.py", SRC / "detect" / "coins.py",
    SRC / "detect" / "pool_index.py", *(SRC / "usecases").glob("*traffic*.py"), SRC / "cli" / "traffic.py",
]  # fmt: skip


def test_nothing_is_opened_while_traffic_is_read(tmp_path, monkeypatch):
    def refused(*_, **__):
        pytest.fail("the network was touched")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname", "gethostbyaddr"):
        monkeypatch.setattr(socket, name, refused)
    monkeypatch.setattr(subprocess, "Popen", refused)
    (tmp_path / "a.pcap").write_bytes(talks.pcap(stories.stratum().packets + stories.tls_pool().packets))
    (tmp_path / "b.csv").write_bytes(flow_files.nfdump16(connections.records(connections.miner(1, 10))))
    receipt = watch_traffic(
        files=[tmp_path / "a.pcap", tmp_path / "b.csv"],
        out=tmp_path / "s.csv",
        options=TrafficOptions(),
        progress=lambda *_: None,
    )
    assert len(receipt.sightings) == 3


@pytest.mark.parametrize("path", PATH, ids=lambda path: path.name)
def test_no_module_can(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not NETWORKED & set(names)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "socket":
            assert node.attr in {"inet_ntop", "inet_pton", "AF_INET", "AF_INET6"}
