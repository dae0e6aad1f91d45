"""The rule language: text to formula. Its functions stand in ``rules.functions``.

``stage(a) >= 224 cm or 2 of (rise(a, 120 min) >= 30 cm/h, rain(b, 60 min) >= 25 mm, not silent(c))``
"""

from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput
from lark.exceptions import VisitError

from rules.formula import And, AtLeast, Atom, Formula, Not, Or, Signal
from rules.functions import FUNCTIONS, Function
from rules.misread import FormulaError, unexpected
from sensors.problems import did_you_mean
from sensors.units import Quantity, parse_quantity

__all__ = ["PARAMETER_OF", "UNIT_OF_FUNCTION", "WITHOUT_WINDOW", "FormulaError", "parse", "parse_signal"]

#: function → unit of its signal; "" where it is true or false by itself
UNIT_OF_FUNCTION = {name: each.unit for name, each in FUNCTIONS.items()}
#: function → parameter of the series it reads; ``functions.parameter_of`` knows the exceptions
PARAMETER_OF = {name: each.parameter for name, each in FUNCTIONS.items()}
#: functions whose signal is the reading itself → its unit
WITHOUT_WINDOW = {name: each.unit for name, each in FUNCTIONS.items() if name == each.parameter and not each.time}

_GRAMMAR = r"""
formula: either
?either: both (_OR both)*
?both: term (_AND term)*
?term: atom | negation | several | "(" either ")"
negation: _NOT term
several: (ANY_OF | ALL_OF | COUNT_OF) "(" either ("," either)* ")"
atom: signal [COMPARISON limit]
signal: NAME "(" NAME ("," argument)* ")"
!argument: QUANTITY | NAME
!limit: QUANTITY | NAME

_AND.3: /and(?![\w-])/
_OR.3: /or(?![\w-])/
_NOT.3: /not(?![\w-])/
ANY_OF.3: /any\s+of(?![\w-])/
ALL_OF.3: /all\s+of(?![\w-])/
COUNT_OF.3: /[+-]?\.?\d[\d.]*\s*of(?![\w-])/
COMPARISON: /[<>=!≤≥≠]+/
QUANTITY.2: /[+-]?\.?\d[\d.]*(\s*(?!(and|or|not|of|any|all)(?![\w-]))[^\s\d(),<>=!≤≥≠][^\s(),<>=!≤≥≠]*)?/
NAME.1: /[A-Za-z_][\w-]*/
%ignore /\s+/
"""

#: 2.24 m are 224 cm, not 224.00000000000003
DIGITS = 6

#: what a comparison that is not known can be written as
_TURNED = {"<": ">=", "<=": ">", "=<": ">", "≤": ">"}


def parse(text: str) -> Formula:
    """Read a formula.

    Raises:
        FormulaError: with the place of the first mistake and, where one is near, a suggestion.
    """
    formula: Formula = _read(text, "formula")
    return formula


def parse_signal(text: str) -> Signal:
    """Read a signal alone, as it stands in the keys of ``hysteresis``.

    Raises:
        FormulaError: as ``parse``.
    """
    signal: Signal = _read(text, "signal")[0]
    return signal


@lru_cache(maxsize=4096)  # a signal stands in many places of a rule, and takes longer to read than a block of readings
def _read(text: str, start: str) -> Any:
    try:
        return _Builder().transform(_parser(start).parse(text))
    except VisitError as error:
        raise error.orig_exc from error
    except UnexpectedInput as error:
        raise unexpected(error, text) from error
    except RecursionError as error:
        raise FormulaError("is nested too deeply", 0) from error


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

    def negation(self, parts: list[Formula]) -> Formula:
        return Not(parts[0])

    def several(self, children: list[Any]) -> Formula:
        how_many, *parts = children
        return AtLeast(_count(how_many, len(parts)), tuple(parts))

    def signal(self, children: list[Token]) -> tuple[Signal, int]:
        name, station, *arguments = children
        column = name.start_pos or 0
        if name not in FUNCTIONS:
            hint = f": write {name!s} of (…, …)" if name in ("any", "all") else did_you_mean(name, FUNCTIONS)
            raise FormulaError(f"there is no {name!s}(…){hint}", column)
        function = FUNCTIONS[str(name)]
        _right_number(function, name, station, arguments)
        window = _window_ms(arguments[0]) if arguments else 0
        limit = _stage_limit(arguments[1]) if function.limit else None
        return Signal(str(name), str(station), window, limit), column

    def argument(self, parts: list[Token]) -> Token:
        return parts[0]

    def limit(self, parts: list[Token]) -> Token:
        return parts[0]

    def atom(self, parts: list[Any]) -> Atom:
        (signal, column), comparison, limit = parts
        function = FUNCTIONS[signal.function]
        if function.is_truth:
            if comparison is not None:
                raise FormulaError(f"{signal} is true or false by itself: leave the comparison out", _at(comparison))
            return Atom(signal, column=column, limit_column=column)
        if comparison is None:
            raise FormulaError(f"{signal} is a number: compare it, like {signal} >= 10 {function.unit}", column)
        if comparison not in (">=", ">"):
            raise FormulaError(_not_known(signal, comparison, limit), _at(comparison))
        return Atom(signal, str(comparison), _limit(signal, limit), column, _at(limit))


def _at(token: Token) -> int:
    return token.start_pos or 0


def _count(token: Token, parts: int) -> int:
    if token.type != "COUNT_OF":
        return 1 if token.type == "ANY_OF" else parts
    number = str(token).removesuffix("of").rstrip()
    if not number.isdecimal() or int(number) == 0:
        raise FormulaError(f"must be a whole number from 1, like '2 of (…)', not {number!r}", _at(token))
    if int(number) > parts:
        raise FormulaError(f"{number} of {parts} can never be true: the list has only {parts}", _at(token))
    return int(number)


def _right_number(function: Function, name: Token, station: Token, arguments: list[Token]) -> None:
    if len(arguments) > len(function.takes):
        raise FormulaError(
            f"{name!s} takes {_listed('station', *function.takes)} only", _at(arguments[len(function.takes)])
        )
    if len(arguments) < len(function.takes) and function.time_needed:
        example = ", ".join([str(station), "60 min", *(["100 cm"] if function.limit else [])])
        raise FormulaError(f"{name!s} needs {_listed(*function.takes)}: {name!s}({example})", _at(name))


def _listed(*things: str) -> str:
    """``a station, a lead and a limit``"""
    *first, last = (f"a {each}" for each in things)
    return f"{', '.join(first)} and {last}" if first else last


def _not_known(signal: Signal, comparison: Token, limit: Token) -> str:
    said = f"only '>=' and '>' are known, not {comparison!s}"
    turned = _TURNED.get(str(comparison))
    return f"{said}: write not ({signal} {turned} {limit!s})" if turned else said


def _limit(signal: Signal, token: Token) -> Quantity | str:
    if token.type == "NAME":
        return str(token)
    limit, wanted = _quantity(token), UNIT_OF_FUNCTION[signal.function]
    if limit.unit != wanted:
        raise FormulaError(f"{signal.function} is compared in {wanted}, not {limit.unit}", _at(token))
    if signal.function == "chance" and not 0 < limit.amount <= 100:
        raise FormulaError(f"a chance lies above 0 % and not above 100 %, {token!s} does not", _at(token))
    return limit


def _stage_limit(token: Token) -> Quantity | str:
    if token.type == "NAME":
        return str(token)
    limit = _quantity(token)
    if limit.unit != "cm":
        raise FormulaError(f"must be a stage in cm or a mark, not '{token!s}'", _at(token))
    return limit


def _window_ms(token: Token) -> int:
    wrong = FormulaError(f"must be a duration longer than 0, like '60 min', not '{token!s}'", _at(token))
    if token.type == "NAME":
        raise wrong
    quantity = _quantity(token)
    if quantity.unit != "ms" or round(quantity.amount) <= 0:
        raise wrong
    return round(quantity.amount)


def _quantity(token: Token) -> Quantity:
    try:
        amount, unit = parse_quantity(str(token))
    except ValueError as error:
        raise FormulaError(str(error), _at(token)) from error
    return Quantity(round(amount, DIGITS), unit)
