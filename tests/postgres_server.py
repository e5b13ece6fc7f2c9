"""Starts a private Postgres from Debian's package for the tests that need one; says why when there is none."""

import os
import pwd
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

NO_SERVER = "no Postgres server on this machine (Debian: apt-get install postgresql); .ci/run installs it"


def binaries():
    """Folder of the newest installed server's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


def _as_server_user():
    """Postgres refuses to run as root: give subprocess the package's own user then."""
    return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


@contextmanager
def running(folder):
    """Run a server in ``folder`` on a free port of the loopback; yield the address of its empty database."""
    programs = binaries()
    data = folder / "data"
    folder.chmod(0o755)
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    common = {"capture_output": True, "cwd": "/", **_as_server_user()}
    subprocess.run(
        [programs / "initdb", "-D", data, "-A", "trust", "-U", "minewatch", "-E", "UTF8"], check=True, **common
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    subprocess.run(
        [programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"],
        check=True,
        **{**common, "capture_output": False},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"postgresql+psycopg://minewatch@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True, **common)
