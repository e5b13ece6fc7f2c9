"""``python -m minewatch`` is the ``minewatch`` command."""

from minewatch.cli.main import run

if __name__ == "__main__":
    run()
