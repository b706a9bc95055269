"""Words in scripts that leave vowels out (Arabic, Persian, Hebrew …), and their Latin spellings."""

from enduse.names.abjad.encoding import encode
from enduse.names.abjad.keys import keys, latin_keys
from enduse.names.abjad.letters import is_native
from enduse.names.abjad.likeness import likeness, native_likeness
from enduse.names.abjad.segments import latin_prepared, prepared
from enduse.names.abjad.trade import TRADE_WORDS

__all__ = [
    "TRADE_WORDS",
    "encode",
    "is_native",
    "keys",
    "latin_keys",
    "latin_prepared",
    "likeness",
    "native_likeness",
    "prepared",
]
