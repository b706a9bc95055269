"""XML lists, read element by element, without ever expanding an entity."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from enduse.errors import InputError
from enduse.lists.formats.recognise import cut_off, opening, wrong_kind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
else:
    Element = object

__all__ = ["Element", "elements", "local_name", "text_of", "texts_of"]


def elements(path: Path, root: str, tags: tuple[str, ...], what: str) -> Iterator[Element]:
    """First the root element, for its attributes only; then each element so tagged, in order.

    An element is emptied when the next one is asked for, so that a list of any length fits in
    memory. Namespaces are disregarded in `root` and `tags`.

    Parameters
    ----------
    root
        Name of the root element, without namespace.
    tags
        Names of the elements to answer; none of them inside another.
    what
        What the file should be, in words, for errors.

    Raises
    ------
    InputError
        If the file is no XML, has another root, declares a document type (the way to entities
        that read other files or grow without end), or is cut off.
    """
    from lxml import etree

    expected = f"{what} (XML with the root element {root})"
    safely = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    if not opening(path).startswith("<"):
        raise wrong_kind(path, expected)
    try:
        # libxml2 may read entities in the root's attributes, within its own limits, before the
        # document type can be refused here.
        for _, first in etree.iterparse(str(path), events=("start",), **safely):
            info = first.getroottree().docinfo
            if local_name(first) != root:
                raise wrong_kind(path, expected)
            if info.doctype:
                raise InputError(
                    f"{path} declares a document type (DOCTYPE), which no official list does.",
                    hint="It may try to read other files; get the list from the authority itself.",
                )
            yield first
            break
        wanted = tuple(f"{{*}}{tag}" for tag in tags)
        for _, element in etree.iterparse(str(path), events=("end",), tag=wanted, **safely):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _broken(path, expected, error) from error


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Element | None, *tags: str) -> str:
    """The trimmed text of the first descendant along these tags, '' if there is none."""
    if element is None:
        return ""
    found = element.findtext("/".join(f"{{*}}{tag}" for tag in tags)) if tags else element.text
    return " ".join(found.split()) if found else ""


def texts_of(element: Element, *tags: str) -> list[str]:
    """The trimmed texts of all descendants along these tags, blank ones left out."""
    found = (text_of(e) for e in element.iterfind("/".join(f"{{*}}{tag}" for tag in tags)))
    return [text for text in found if text]


def _broken(path: Path, expected: str, error: Exception) -> InputError:
    said = str(error)
    if "Premature end" in said or "no element found" in said or "unclosed" in said:
        return cut_off(path, f"before its last element is closed ({said})")
    text = opening(path).lower()
    if "<html" in text or "<!doctype html" in text:
        return wrong_kind(path, expected)
    return InputError(
        f"{path} is not well-formed XML: {said}.",
        hint="The file is damaged; download the list again.",
    )
