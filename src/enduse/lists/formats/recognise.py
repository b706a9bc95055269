"""What a file that was given as a list really is, for errors that say so."""

from __future__ import annotations

import re
from pathlib import Path

from enduse.errors import InputError

_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF document",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
}
_TITLE = re.compile(r"<title[^>]*>\s*(.*?)\s*<", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")


def opening(path: Path) -> str:
    """The first two thousand bytes as text, byte order mark and leading space taken away.

    Raises
    ------
    InputError
        If there is no such file, it cannot be read, or it is empty.
    """
    try:
        with path.open("rb") as file:
            head = file.read(2000)
    except OSError as error:
        raise InputError(
            f"{path} could not be read: {error.strerror or error}.",
            hint="Check the name, and whether you may read it.",
        ) from error
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = head.decode(encoding, "replace").lstrip()
    if not text:
        raise InputError(f"{path} is empty.", hint="Download the list again.")
    return text


def listed_files(folder: Path) -> list[Path]:
    """The files of a folder that count, by name: hidden ones do not."""
    return sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith("."))


def is_xml(path: Path) -> bool:
    """Whether the file opens like XML, and not like a web page."""
    text = opening(path)
    return text.startswith("<") and not _is_web_page(text)


def is_json(path: Path) -> bool:
    """Whether the file opens like JSON."""
    return opening(path)[0] in "{["


def is_binary(path: Path) -> bool:
    """Whether the file is an archive, a workbook or another kind that is no text."""
    with path.open("rb") as file:
        head = file.read(8)
    return head.startswith(tuple(_MAGIC))


def wrong_kind(path: Path, expected: str) -> InputError:
    """The error for a file that is not what its format says.

    Parameters
    ----------
    expected
        What should have been there: a root element, a header, in words.
    """
    return InputError(
        f"{path} is {_described(path)}; expected {expected}.",
        hint="Name the format that fits the file with --as, or download the list again.",
    )


def cut_off(path: Path, where: str) -> InputError:
    """The error for a file that ends before its end."""
    return InputError(
        f"{path} is cut off: it ends {where}.",
        hint="The download was not whole; download the list again.",
    )


def member(folder: Path, *names: str) -> Path | None:
    """The first of these files that a folder has, whatever the case of its name."""
    present = {p.name.lower(): p for p in folder.iterdir() if p.is_file()}
    return next((present[n] for n in names if n in present), None)


def needed_member(folder: Path, expected: str, *names: str) -> Path:
    """Like `member`, where the list cannot be read without it.

    Raises
    ------
    InputError
        If the folder has none of them.
    """
    found = member(folder, *names)
    if found is None:
        present = sorted(p.name for p in folder.iterdir())
        listing = ", ".join(present[:8]) + (" …" if len(present) > 8 else "") or "nothing"
        raise InputError(
            f"The folder {folder} holds {listing}; expected {expected}.",
            hint="Give the folder with the authority's files under their own names.",
        )
    return found


def _is_web_page(text: str) -> bool:
    return re.search(r"<(!doctype\s+html|html)\b", text, re.IGNORECASE) is not None


def _described(path: Path) -> str:
    if path.is_dir():
        return "a folder"
    with path.open("rb") as file:
        head = file.read(8)
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    text = opening(path)
    if _is_web_page(text):
        title = _TITLE.search(text)
        return f"a web page titled '{title.group(1)[:80]}'" if title else "a web page"
    if text.startswith("<"):
        root = _ROOT.search(re.sub(r"<[?!].*?>", "", text, flags=re.DOTALL))
        return f"XML with the root element {root.group(1)}" if root else "broken XML"
    first = text.splitlines()[0][:80]
    if text[0] in "{[":
        return f"JSON that begins {first}"
    return f"text that begins '{first}'"
