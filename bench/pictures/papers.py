"""Take the pictures of papers in the README from what ``make demo`` wrote: a letter's first page, a case file, a bulletin.

    python bench/pictures/papers.py demo-out/papers docs/images

Needs LibreOffice (soffice), poppler (pdftoppm) and Chromium on the machine; nothing of it is needed to run the program.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTH = 1180
HEIGHTS = {"paper-case-file": 1950, "paper-bulletin": 1990}


def run(*words: object) -> None:
    """Start a program of the machine by name."""
    command = [shutil.which(str(words[0])) or str(words[0]), *map(str, words[1:])]
    subprocess.run(command, check=True, capture_output=True)


def page_of_word(source: Path, target: Path, work: Path) -> None:
    profile = f"-env:UserInstallation=file://{work}/profile"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", work, source)
    pdf = work / source.with_suffix(".pdf").name
    run("pdftoppm", "-r", 80, "-f", 1, "-l", 1, "-singlefile", "-png", pdf, target.with_suffix(""))


def page_of_html(source: Path, target: Path) -> None:
    size = f"--window-size={WIDTH},{HEIGHTS[target.stem]}"
    shot = f"--screenshot={target}"
    run("chromium", "--headless", "--no-sandbox", "--hide-scrollbars", size, shot, source.absolute())


def main(papers: Path, images: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        page_of_word(next(papers.glob("notice-*.zh.docx")), images / "paper-letter.png", Path(work))
    page_of_html(next(papers.glob("case-*.zh.html")), images / "paper-case-file.png")
    page_of_html(next(papers.glob("bulletin-*-week-*-zh.html")), images / "paper-bulletin.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
