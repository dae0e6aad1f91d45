"""The rule language: text to formula.

``stage(a) >= 224 cm or (rise(a, 120 min) >= 30 cm/h and stage(a) >= watch)``
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from rules.formula import And, Atom, Formula, Or, Signal
from sensors.problems import did_you_mean
from sensors.units import Quantity, parse_quantity

#: function → unit of its signal
WITHOUT_WINDOW = {"stage": "cm", "discharge": "m3/s"}
OVER_A_WINDOW = {"rise": "cm/h", "rain": "mm", "max": "cm", "mean": "cm"}
UNIT_OF_FUNCTION = {**WITHOUT_WINDOW, **OVER_A_WINDOW}
#: function → parameter of the series it reads
PARAMETER_OF = {
    "stage": "stage",
    "discharge": "discharge",
    "rise": "stage",
    "max": "stage",
    "mean": "stage",
    "rain": "rain",
}

_GRAMMAR = r"""
formula: either
?either: both (_OR both)*
?both: term (_AND term)*
?term: atom | "(" either ")"
atom: signal COMPARISON limit
signal: NAME "(" NAME ["," QUANTITY] ")"
!limit: QUANTITY | NAME

_AND.3: /and\b/
_OR.3: /or\b/
COMPARISON: /[<>=!]+/
QUANTITY.2: /[+-]?\.?\d[\d.]*(\s*(?!(and|or)\b)[^\s\d(),<>=][^\s(),<>=]*)?/
NAME.1: /[A-Za-z_][\w-]*/
%ignore /\s+/
"""

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


#: 2.24 m are 224 cm, not 224.00000000000003
DIGITS = 6


class FormulaError(ValueError):
    """A formula that cannot be read; ``column`` counts characters from 0."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


def parse(text: str) -> Formula:
    """Read a formula.

    Raises:
        FormulaError: with the place of the first mistake and, where one is near, a suggestion.
    """
    try:
        formula: Formula = _Builder().transform(_parser("formula").parse(text))
    except VisitError as error:
        raise error.orig_exc from error
    except UnexpectedInput as error:
        raise _unexpected(error, text) from error
    return formula


def parse_signal(text: str) -> Signal:
    """Read a signal alone, as it stands in the keys of ``hysteresis``.

    Raises:
        FormulaError: as ``parse``.
    """
    try:
        signal: Signal = _Builder().transform(_parser("signal").parse(text))[0]
    except VisitError as error:
        raise error.orig_exc from error
    except UnexpectedInput as error:
        raise _unexpected(error, text) from error
    return signal


@lru_cache
def _parser(start: str) -> Lark:
    return Lark(_GRAMMAR, parser="lalr", start=start, maybe_placeholders=True)


class _Builder(Transformer[Token, Any]):
    """Parse tree to formula tree; every method takes the children of its rule."""

    def formula(self, parts: list[Formula]) -> Formula:
        return parts[0]

    def either(self, parts: list[Formula]) -> Formula:
        return Or(tuple(parts))

    def both(self, parts: list[Formula]) -> Formula:
        return And(tuple(parts))

    def signal(self, parts: list[Token]) -> tuple[Signal, int]:
        function, station, window = parts
        column = function.start_pos or 0
        if function not in UNIT_OF_FUNCTION:
            hint = did_you_mean(function, UNIT_OF_FUNCTION)
            raise FormulaError(f"there is no {function!s}(…){hint}", column)
        if function in WITHOUT_WINDOW and window is not None:
            raise FormulaError(f"{function!s} takes a station only", window.start_pos or 0)
        if function in OVER_A_WINDOW and window is None:
            raise FormulaError(f"{function!s} needs a duration: {function!s}({station!s}, 60 min)", column)
        return Signal(str(function), str(station), _window_ms(window) if window is not None else 0), column

    def limit(self, parts: list[Token]) -> tuple[Quantity | str, int]:
        token = parts[0]
        column = token.start_pos or 0
        return (str(token) if token.type == "NAME" else _quantity(token)), column

    def atom(self, parts: list[Any]) -> Atom:
        (signal, column), comparison, (limit, limit_column) = parts
        if comparison not in (">=", ">"):
            raise FormulaError(f"only '>=' and '>' are known, not {comparison!s}", comparison.start_pos or 0)
        wanted = UNIT_OF_FUNCTION[signal.function]
        if isinstance(limit, Quantity) and limit.unit != wanted:
            message = f"{signal.function} is compared in {wanted}, not {limit.unit}"
            raise FormulaError(message, limit_column)
        return Atom(signal, str(comparison), limit, column, limit_column)


def _window_ms(token: Token) -> int:
    quantity = _quantity(token)
    if quantity.unit != "ms" or quantity.amount <= 0:
        raise FormulaError(f"must be a duration longer than 0, like '60 min', not '{token!s}'", token.start_pos or 0)
    return round(quantity.amount)


def _quantity(token: Token) -> Quantity:
    try:
        amount, unit = parse_quantity(str(token))
    except ValueError as error:
        raise FormulaError(str(error), token.start_pos or 0) from error
    return Quantity(round(amount, DIGITS), unit)


def _unexpected(error: UnexpectedInput, text: str) -> FormulaError:
    wanted: Collection[str] = ()
    said = ""
    at_end = False
    if isinstance(error, UnexpectedToken):
        wanted, said = error.accepts or error.expected, str(error.token)
        at_end = error.token.type == "$END"
    elif isinstance(error, UnexpectedCharacters):
        wanted, said = error.allowed or (), error.char
    at_end = at_end or isinstance(error, UnexpectedEOF)
    expected = " or ".join(sorted(_PLAIN[name] for name in wanted if name in _PLAIN))
    after = f", expected {expected}" if expected else ""
    if at_end:
        return FormulaError(f"the formula ends too early{after}", len(text))
    hint = did_you_mean(said.lower(), ("and", "or")) if "_AND" in wanted else ""
    return FormulaError(f"unexpected {said!r}{after}{hint}", error.pos_in_stream or 0)
