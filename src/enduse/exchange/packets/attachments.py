"""Files that travel with a packet: plain names, known sizes, no archive that explodes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from enduse.errors import ExchangeError
from enduse.exchange.fields import HEX_256, Fields

MAX_PACKET_BYTES = 1 << 30
"""Largest sealed packet, as carriers take it."""

_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}", re.ASCII)
# What Windows takes for a device, whatever follows the first full stop.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a packet.

    Attributes
    ----------
    name
        A file name without a folder.
    size
        Bytes.
    sha256
        Digest of its bytes, in hex.
    """

    name: str
    media_type: str
    size: int
    sha256: str

    def document(self) -> dict[str, Any]:
        """The attachment as the packet's body writes it."""
        return {
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
        }

    @classmethod
    def read(cls, document: object) -> Attachment:
        """The attachment that `document` wrote.

        Raises
        ------
        ExchangeError
            If a field is malformed or the name could lead somewhere.
        """
        fields = Fields(document, "The packet, in an attachment,")
        name = fields.value("name")
        if not isinstance(name, str):
            raise fields.wrong("name")
        check_attachment_name(name)
        attachment = cls(
            name,
            fields.text("media_type", pattern=_MEDIA_TYPE),
            fields.whole_number("size", 0, MAX_PACKET_BYTES),
            fields.text("sha256", pattern=HEX_256),
        )
        fields.done()
        return attachment


def check_attachment_name(name: str) -> None:
    """Refuse a name that could lead out of the folder, hide itself or mislead on any system.

    Raises
    ------
    ExchangeError
        If it does.
    """
    stem = name.partition(".")[0].casefold()
    if (
        not 0 < len(name.encode("utf-8", "surrogatepass")) <= 200
        or not name.isprintable()
        or unicodedata.normalize("NFC", name) != name
        or any(sign in name for sign in '/\\:*?"<>|')
        or name.startswith((".", " ", "~", "-"))
        or name.endswith((".", " "))
        or _DEVICES.fullmatch(stem)
    ):
        raise ExchangeError(
            f"An attachment is named {name[:120]!a}, which is a path or no plain file name."
        )
