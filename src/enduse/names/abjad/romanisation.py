"""How each letter of the Arabic and Hebrew scripts is written in Latin, and how unusual that is.

Each entry names Latin spellings of one letter, each followed by what it costs in hundredths of a
wrong letter; a hyphen is a letter left unwritten. Usages of English, French, German, Turkish,
Persian and the Latin spellings of South and Central Asia stand side by side, as one list holds
them all. The three short vowels are those of the names in `VOCALISED`.
"""

from __future__ import annotations

USUAL = {
    "\u064e": "a0 e5 -15 o40 i45 u50",
    "\u0650": "i0 e0 -15 ee30 y40 a45 ie40 u60",
    "\u064f": "u0 o0 ou3 -15 oo15 e12 a50 i50",
    "ء": "-0 a5 e8 i8 o8 u8 aa15 y30",
    "ا": "a0 aa5 e20 -40 o35 ae20 u60 i60 ei60 ia40",
    "ب": "b0 p40 v55",
    "پ": "p0 b30 f50 ph50",
    "ت": "t0 d45 th35",
    "ث": "th0 s10 t15 ts40 z60",
    "ج": "j0 dj5 g15 c25 dsch5 dsh15 dzh15 zh25 dg30 jh30 gu30 dz40 ch40 di50 y60",
    "چ": "ch0 tch5 tsch5 c15 cz20 sh30 tsh10 j40",
    "ح": "h0 -50 kh45 ch50",
    "خ": "kh0 ch15 x15 h20 k25 q50 j50 kch20",
    "د": "d0 dh25 t35",
    "ذ": "dh5 z5 d12 th10 dz30 zh40 s60",
    "ر": "r0 rh30",
    "ز": "z0 s35 zh50",
    "ژ": "zh0 j5 z30 g30 sh40",
    "س": "s0 c20 z40 sc40 sh50",
    "ش": "sh0 sch5 ch8 sj10 sz10 s20 x30 c40",
    "ص": "s0 z40 c40 sh60",
    "ض": "d0 dh8 z8 th30 dz30 zh40",
    "ط": "t0 th30 d40",
    "ظ": "z0 dh8 d20 th25 zh30 tz40",
    "ع": "-0 a3 e6 i6 o6 u6 aa8 ou12 oa30 g60 gh60",
    "غ": "gh0 g8 q30 k40 kh40 -50 r60",
    "ف": "f0 ph5 v40 p50",
    "ڤ": "v0 w20 f20 b40",
    "ق": "q0 k5 gh12 c15 ck15 g15 gu30 kh35 ch50 -60",
    "ك": "k0 c10 ck10 q20 qu20 ch25 kh30 g30",
    "گ": "g0 gh10 gu20 k30 j40 q40",
    "ل": "l0",
    "م": "m0 n60",
    "ن": "n0 m35 ng40",
    "ه": "h0 -40 e30",
    "ة": "a0 ah0 e8 eh10 at15 et15 ath25 t40 i50 -50",
    "و": "u0 ou2 o5 w5 oo5 au5 ow5 uw5 uu8 v12 oe15 uo20 eu20 iu30 -60",
    "ى": "a0 i3 y5 ah8 ee8 e10 ya15 -50",
    "ي": "i0 y2 ee3 iy3 ai5 ei5 ey5 ie10 e15 j20 ea25 -60",
    "ښ": "sh0 kh5 x10 ch20 h30",
    "ځ": "z0 dz5 ts5 s10 j20",
    "א": "-0 a0 e3 i5 o5 u5 aa8",
    "ב": "b0 v5 bh20 w30 p40",
    "ג": "g0 j25 gh15 gu20 dj25",
    "ד": "d0 dh20 t40",
    "ה": "h0 -20",
    "ו": "v0 o3 u3 w10 oo8 ou10 -30",
    "ז": "z0 s30 zh20 j30",
    "ח": "ch0 h3 kh5 x20 -40",
    "ט": "t0 th20",
    "י": "y0 i0 ee5 ei5 ai5 ey5 ie10 e10 j15 -20",
    "כ": "k0 ch5 kh5 c12 h20 q30",
    "ל": "l0",
    "מ": "m0",
    "נ": "n0",
    "ס": "s0 c30 z40",
    "ע": "-0 a0 e3 i5 o5 u5 aa8",
    "פ": "p0 f3 ph3",
    "צ": "tz0 ts3 z5 c20 s20 cz15 ch30",
    "ק": "k0 c10 q8 ck10",
    "ר": "r0",
    "ש": "sh0 s5 sch5 ch15",
    "ת": "t0 th5 s30",
}
"""Spellings of a letter inside a word, and at either end where nothing else is said."""

FIRST = {
    "ء": "-0 a0 e5 i5 o5 u5",
    "ا": "a0 i0 e5 u5 o5 ou8 oo8 -45 y40 h60 ai20 ei20",
    "ع": "-4 a0 o3 u3 i3 e5 ou5 oo8 aa8",
    "و": "w0 v8 ou8 u15 o15 gu40",
    "ي": "y0 i8 j15 e25 -45",
    "ו": "v0 w5 u15 o15",
    "י": "y0 i5 j10 e25",
}
"""Spellings at the head of a word, instead of the usual."""

LAST = {
    "ا": "a0 ah5 aa5 e20 eh25 o30 -35 an40",
    "ح": "h0 -20 kh45 ch40 eh20 a30",
    "د": "d0 t15 dh25",
    "ع": "-0 a3 ah10 e8 i8 aa8",
    "ن": "n0 ne12 m50",
    "ه": "h0 ah3 eh3 a8 e8 ha15 -25 i40 at40 he20 ih15",
    "و": "u0 o3 ou2 oo5 w5 ow5 uh15 oh12 v12 au8 aw8 -20",
    "ي": "i0 y2 ee5 iy3 ie10 yi15 ei8 ai8 ey8 e20 a30 eh35 ay8 ih20 -45",
    "ب": "b0 p20 v55",
    "ה": "a0 ah3 e5 eh5 h5 o15 oh15 -20",
}
"""Spellings at the end of a word, instead of the usual."""
