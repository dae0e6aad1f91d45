"""The command ``floodbell fit``: a record in, a model file and its scores out."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from rules.forecasts import ModelError
from sensors.readings import Series
from sensors.records import RecordError, open_record
from sensors.times import parse_ms
from sensors.units import UNIT_OF, parse_quantity
from simulations.fitting import Fit, FitError, Request, fit_record
from simulations.fitting.fit import KINDS, Kind
from simulations.fitting.table import remarks, score_table, unseen_remarks
from simulations.fitting.unseen import unseen
from warning.cli_common import refuse

WIDTH = 120  # of tables in a file or a pipe


def fit(  # noqa: PLR0913, PLR0917 - one per option
    record: Annotated[Path, typer.Argument(help="A folder with a record.")],
    station: Annotated[str, typer.Option(help="Whose stage is forecast.")],
    lead: Annotated[list[str], typer.Option(help="How far ahead, e.g. '60 min'; may be repeated.")],
    out: Annotated[Path, typer.Option(help="The model file to write.")],
    upstream: Annotated[list[str] | None, typer.Option(help="A gauge above, e.g. 'beyenburg/stage'.")] = None,
    rain: Annotated[list[str] | None, typer.Option(help="A rain gauge, e.g. 'barmen/rain'.")] = None,
    event: Annotated[str, typer.Option(help="The level that makes a flood, e.g. '100 cm'.")] = "",
    limit: Annotated[list[str] | None, typer.Option(help="A level whose chance is scored.")] = None,
    train_until: Annotated[str, typer.Option(help="Use readings before only; UTC unless it has an offset.")] = "",
    kind: Annotated[str, typer.Option(help="'arx' or 'damped'; the better one if left out.")] = "",
) -> None:
    """Fit forecasts of a station's stage to a record, checked on floods held out."""
    try:
        chosen = _kind(kind)
        request = Request(
            station=station,
            leads=tuple(dict.fromkeys(_lead(text) for text in lead)),
            upstream=tuple(_series("--upstream", text) for text in upstream or ()),
            rain=tuple(_rain(text) for text in rain or ()),
            until=parse_ms(train_until, "'2021-07-01'", "--train-until: "),
            event_cm=_level("--event", event) if event else None,
            limits=tuple(_level("--limit", text) for text in limit or ()),
        )
        opened = open_record(record)
        with _progress(Console(stderr=True)) as on_fit:
            found = fit_record(opened, request, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", on_fit)
        written = chosen or found.better
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(found.models[written].dump(), encoding="utf-8")
    except (FitError, ModelError, RecordError, ValueError, OSError) as error:
        raise refuse(str(error)) from error
    model = found.models[written]
    later = [] if request.until is None else unseen_remarks(unseen(opened, model, request.until))
    _show(found, written, [*remarks(found, model), *later, f"written: {out}"])


def _show(found: Fit, written: Kind, lines: list[str]) -> None:
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(score_table(found, written))
    for line in lines:
        console.print(line, highlight=False, markup=False)


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[int], None]]:
    """Told after every part how many there are: a bar on a terminal, a line per quarter elsewhere."""
    done = 0
    if not console.is_terminal:

        def say(total: int) -> None:
            nonlocal done
            done += 1
            if 4 * done // total > 4 * (done - 1) // total:
                console.print(f"held out and fitted again: {100 * done // total} %", highlight=False)

        yield say
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("holding out and fitting again", total=None)
        yield lambda total: bar.update(task, advance=1, total=total)


def _kind(text: str) -> Kind | None:
    if not text:
        return None
    found = next((kind for kind in KINDS if kind == text), None)
    if found is None:
        raise ValueError(f"--kind: must be 'arx' or 'damped', not {text!r}")
    return found


def _lead(text: str) -> int:
    amount, unit = _quantity("--lead", text)
    if unit != "ms" or amount <= 0:
        raise ValueError(f"--lead: must be a duration longer than 0, like '60 min', not {text!r}")
    return round(amount)


def _level(option: str, text: str) -> float:
    amount, unit = _quantity(option, text)
    if unit != "cm":
        raise ValueError(f"{option}: must be a level, like '224 cm', not {text!r}")
    return amount


def _quantity(option: str, text: str) -> tuple[float, str]:
    try:
        return parse_quantity(text)
    except ValueError as error:
        raise ValueError(f"{option}: {error}") from error


def _rain(text: str) -> Series:
    series = _series("--rain", text)
    if series.parameter != "rain":
        raise ValueError(f"--rain: must be a rain gauge, like 'barmen/rain', not {text!r}")
    return series


def _series(option: str, text: str) -> Series:
    station, _, parameter = text.partition("/")
    if not station or parameter not in UNIT_OF:
        raise ValueError(f"{option}: must be a station and one of {', '.join(UNIT_OF)}, like 'a/stage', not {text!r}")
    return Series(station, parameter)
