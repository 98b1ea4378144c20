"""Text to tokens: numbers, names, operators, each with its place in the text.

Typographic forms are read as what they mean: a minus sign ``−``, a middle dot ``·`` or a cross ``×`` for a product,
``≤`` and ``≥``, superscript digits ``x²`` for a power.  Names are a letter or ``_`` and then letters, digits, ``_``, of
any script, subscript digits included.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import Literal, NamedTuple

from rlct.errors import ParseError

Kind = Literal["number", "name", "op", "superscript", "end"]

MAX_DIGITS = 4000
"""Longest number that is read (a number this long was generated, not typed)."""

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_SAME = {"−": "-", "–": "-", "·": "*", "⋅": "*", "×": "*", "∗": "*", "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">="}
_DOUBLE = ("**", "<=", ">=", "==", "!=")
_SINGLE = "+-*/^()=,;<>"


class Token(NamedTuple):
    """One token: what kind, its text (operators in their ASCII form), and where it begins and ends."""

    kind: Kind
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens of a text, the last of kind ``"end"``.

    Raises
    ------
    ParseError : at a character or a number that has no place in exact polynomials.

    >>> [t.text for t in tokenize("2x² − 1")]
    ['2', 'x', '2', '-', '1', '']
    """
    out: list[Token] = []
    i, n = 0, len(text)
    while i < n:
        c = text[i]
        if c.isspace():
            i += 1
        elif _is_digit(c):
            j = _run(text, i, _is_digit)
            _refuse_float(text, i, j)
            if j - i > MAX_DIGITS:
                raise ParseError(text, i, f"a number of more than {MAX_DIGITS} digits is not read")
            out.append(Token("number", text[i:j], i, j))
            i = j
        elif c in _SUPERSCRIPTS:
            j = _run(text, i, _SUPERSCRIPTS.__contains__)
            out.append(Token("superscript", "".join(_SUPERSCRIPTS[d] for d in text[i:j]), i, j))
            i = j
        elif c.isalpha() or c == "_":
            j = _run(text, i, _is_name_char)
            out.append(Token("name", unicodedata.normalize("NFC", text[i:j]), i, j))
            i = j
        else:
            op = text[i : i + 2] if text[i : i + 2] in _DOUBLE else _SAME.get(c, c)
            if op == "!=" or (op not in _DOUBLE and op not in _SINGLE):
                raise ParseError(text, i, _hint_for(text, i))
            width = 2 if text[i : i + 2] in _DOUBLE else 1
            out.append(Token("op", "^" if op == "**" else op, i, i + width))
            i += width
    out.append(Token("end", "", n, n))
    return out


def _run(text: str, i: int, accepts: Callable[[str], bool]) -> int:
    j = i
    while j < len(text) and accepts(text[j]):
        j += 1
    return j


def _is_digit(c: str) -> bool:
    return "0" <= c <= "9"


def _is_name_char(c: str) -> bool:
    return (c.isalnum() and c not in _SUPERSCRIPTS) or c == "_" or unicodedata.category(c) == "Mn"


def _refuse_float(text: str, i: int, j: int) -> None:
    """Numbers such as 0.1, 1., 1e5 are refused with the exact way to write them."""
    if j < len(text) and text[j] == ".":
        k = _run(text, j + 1, _is_digit)
        digits = text[j + 1 : k]
        if k - i < 30 and digits:
            value = int(text[i:j] + digits)
            scale = 10 ** len(digits)
            raise ParseError(text, i, f"{text[i:k]} is a float; write exact numbers, here {Fraction(value, scale)}")
        raise ParseError(text, i, "a decimal point makes a float; write exact numbers such as 1/10")
    if j < len(text) and text[j] in "eE":
        k = j + 2 if text[j + 1 : j + 2] in ("+", "-") and text[j + 2 : j + 3].isdigit() else j + 1
        if k < len(text) and _is_digit(text[k]):
            k = _run(text, k, _is_digit)
            raise ParseError(text, i, _power_of_ten(text[i:j], text[j:k]))


def _power_of_ten(digits: str, tail: str) -> str:
    """What to write in place of 1e3 or 1e-3, which may be a float or a product with a name."""
    sign, exponent = tail[1:2] if tail[1:2] in ("+", "-") else "", tail[1:].lstrip("+-")
    name = f"{digits}*{tail[0]}{sign}{exponent}" if not sign else f"{digits}*{tail[0]} {sign} {exponent}"
    number = f"{digits}/10^{exponent}" if sign == "-" else f"{digits}*10^{exponent}"
    return f"{digits}{tail} could be a float; write {number} for the number, or {name} for a name"


def _hint_for(text: str, i: int) -> str:
    c = text[i]
    if c == ".":
        return "a decimal point makes a float; write exact numbers such as 1/10"
    if c in "[]{}":
        return f"'{c}' has no meaning here; use round brackets"
    if c == "|":
        return "absolute values are not written with bars; for |f| give f with --abs (mode='abs')"
    if c == "!":
        return "'!' has no meaning in a polynomial"
    if c in "√∛":
        return "a root is not a polynomial"
    return f"the character '{c}' has no meaning here"
