import re
import signal
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from minewatch.model.errors import ConfigurationError
from minewatch.stores.workspace import init
from minewatch.web.server import Binding, reached


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "console.example"])  # noqa: S104 - refused below
def test_off_the_loopback_passwords_need_https(host):
    with pytest.raises(ConfigurationError, match="in the open"):
        reached(Binding(host=host))
    assert reached(Binding(host=host, behind_proxy=True)).secure
    assert reached(Binding(host=host, certificate=Path("c"), key=Path("k"))).secure


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "localhost"])
def test_on_the_loopback_only_its_own_names_are_answered(host):
    how = reached(Binding(host=host, names=("mine.example",)))
    assert not how.secure
    assert how.names == ("localhost", "127.0.0.1", "[::1]", "mine.example")


def test_a_certificate_needs_its_key():
    with pytest.raises(ConfigurationError, match="key"):
        reached(Binding(certificate=Path("c")))


def test_the_first_start_prints_a_one_time_password_and_a_signal_ends_it(tmp_path):
    init(tmp_path / "office", zone="+08:00", shards=1)
    words = [sys.executable, "-m", "minewatch", "serve", "--workspace", str(tmp_path / "office"), "--port", "0"]
    wrong = subprocess.run(words, capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    port = 20000 + datetime.now(UTC).microsecond % 20000
    process = subprocess.Popen(
        [*words[:-1], str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        address = process.stdout.readline().strip()
        assert address == f"http://127.0.0.1:{port}/"
        assert re.search(r"Sign in as admin with the one-time password [\w-]{16}", process.stderr.readline())
        for _ in range(200):
            try:
                with urllib.request.urlopen(address + "sign-in", timeout=5) as answer:  # noqa: S310 - our own address
                    assert answer.status == 200
                break
            except OSError:
                time.sleep(0.05)
        else:
            pytest.fail("the console did not answer")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        process.stdout.close()
        process.stderr.close()
    assert process.returncode in {0, 130}
