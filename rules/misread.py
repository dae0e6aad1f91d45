"""What is said about a formula that cannot be read, in the words of those who write rules."""

import re
from collections.abc import Collection

from lark import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from sensors.problems import did_you_mean

_PLAIN = {
    "NAME": "a name",
    "QUANTITY": "a number with its unit",
    "COMPARISON": "'>='",
    "LPAR": "'('",
    "RPAR": "')'",
    "COMMA": "','",
    "_AND": "'and'",
    "_OR": "'or'",
}
#: what a part of a formula may begin with
_BEGINNINGS = {"NAME", "LPAR", "_NOT", "ANY_OF", "ALL_OF", "COUNT_OF"}
#: how many of a list, at the beginning of a part, and no "of" behind it
_LIST = re.compile(r"(?:^|(?<!\w)\(|\band\s|\bor\s|\bnot\s)\s*(any|all|\d+)\b[^,)]*$")
_A_PART = "a signal like stage(gauge)"


class FormulaError(ValueError):
    """A formula that cannot be read; ``column`` counts characters from 0."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


def unexpected(error: UnexpectedInput, text: str) -> FormulaError:
    """The parser's complaint, made plain."""
    wanted: Collection[str] = ()
    said, kind = "", ""
    if isinstance(error, UnexpectedToken):
        wanted, said, kind = error.accepts or error.expected, str(error.token), error.token.type
    elif isinstance(error, UnexpectedCharacters):
        wanted, said = error.allowed or (), error.char
    after = _expected(set(wanted))
    if kind == "$END" or isinstance(error, UnexpectedEOF):
        return FormulaError(f"the formula ends too early{after}", len(text))
    column = error.pos_in_stream or 0
    return FormulaError(_known_slip(kind, said, text[:column], set(wanted)) or f"unexpected {said!r}{after}", column)


def _expected(wanted: set[str]) -> str:
    if wanted >= _BEGINNINGS:
        return f", expected {_A_PART}"
    if wanted == {"$END"}:  # the formula could end here, so it could also go on
        wanted = {"_AND", "_OR"}
    plain = " or ".join(sorted(_PLAIN[name] for name in wanted if name in _PLAIN))
    return f", expected {plain}" if plain else ""


def _known_slip(kind: str, said: str, before: str, wanted: set[str]) -> str:
    """A better word on mistakes that people make; "" for all others."""
    if kind == "COMPARISON" and before.rstrip().endswith(")"):
        return f"unexpected {said!r}: compare each signal by itself, inside of the parentheses"
    if kind == "COMPARISON" and "_AND" in wanted:
        return f"unexpected {said!r}: a comparison has one limit; join two comparisons with 'and'"
    if kind == "QUANTITY" and wanted >= _BEGINNINGS and not said.isdecimal():
        return f"unexpected {said!r}: the signal comes first, then its limit"
    if found := _LIST.search(before + said):
        return f"unexpected {said!r}: a list is written '{found[1]} of (…, …)'"
    hint = did_you_mean(said.lower(), ("and", "or")) if kind == "NAME" and wanted & {"_AND", "_OR"} else ""
    return f"unexpected {said!r}{_expected(wanted)}{hint}" if hint else ""
