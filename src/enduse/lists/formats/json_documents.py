"""JSON lists, whole documents and one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from enduse.errors import InputError
from enduse.lists.formats.recognise import cut_off, opening, wrong_kind


def read_json(path: Path) -> object:
    """The document in a file.

    Raises
    ------
    InputError
        If the file is empty, no JSON, damaged, or cut off.
    """
    if opening(path)[0] not in "{[":
        raise wrong_kind(path, "JSON")
    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            raise cut_off(path, f"at line {error.lineno}, in the middle of the document") from error
        raise _damaged(path, f"line {error.lineno}: {error.msg}") from error
    except (UnicodeError, RecursionError) as error:
        raise _damaged(path, str(error)) from error


def read_json_lines(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """The objects of a file that has one on each line, with the line's number.

    Raises
    ------
    InputError
        If a line is no JSON object, or the last one is cut off.
    """
    if opening(path)[0] != "{":
        raise wrong_kind(path, "one JSON object on each line")
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                if not line.endswith(b"\n"):
                    raise cut_off(path, f"in the middle of line {number}") from error
                if number == 1:
                    raise wrong_kind(path, "one JSON object on each line") from error
                raise _damaged(path, f"line {number}: {error}") from error
            if not isinstance(value, dict):
                raise _damaged(path, f"line {number} is no JSON object")
            yield number, value


def words(value: object) -> list[str]:
    """A JSON value as texts: none for null, one for a scalar, each for a list.

    Examples
    --------
    >>> words(None), words(7), words(["a", None, "b"])
    ([], ['7'], ['a', 'b'])
    """
    if isinstance(value, list):
        return [text for item in value for text in words(item)]
    if value is None or isinstance(value, dict) or not str(value).strip():
        return []
    return [str(value)]


def _damaged(path: Path, said: str) -> InputError:
    return InputError(
        f"{path} is not well-formed JSON: {said}.",
        hint="The file is damaged; download the list again.",
    )
