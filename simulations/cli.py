"""The command ``floodbell``: the service's commands, and the floods of the laboratory."""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from enum import IntEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer
from rich.console import Console

from notifiers.ledger.database import LedgerUnavailable, LedgerUnusable
from rules.book import RuleErrors
from sensors.mqtt.publisher import BrokerRefused
from sensors.records import Record, RecordError, open_record
from sensors.times import parse_ms
from sensors.units import parse_quantity
from simulations.demo import demo
from simulations.driver import ReplayStuck
from simulations.exercise import DEMO, exercise_world
from simulations.fit_cli import fit
from simulations.keeping import Keeper
from simulations.outcome import episodes
from simulations.play import Play, play_of
from simulations.progress import meter
from simulations.replay import Outcome, nothing, replay_for_real, replay_in_process, unwritable
from simulations.synthetic import LAG_MS, synthetic
from simulations.table import episode_table, note_table, revision_table
from warning.apart import NotApart
from warning.cli import DEFAULT_CONFIG, ConfigPath, app
from warning.cli_common import refuse
from warning.config.load import ConfigError, load
from warning.log.api import LogUnavailable
from warning.log.stage import Output
from warning.logging import configure_logging
from warning.stores.histories import open_history
from warning.stores.history import HistoryUnavailable
from warning.world import World, write_private

SYNTHETIC = "synthetic"
MAX = "max"
A_TIME = "'2021-07-14' or '2021-07-14T16:00+02:00'"
WIDTH = 120  # of tables in a file or a pipe


class Exit(IntEnum):
    """Exit codes beyond success."""

    REFUSED = 1
    STUCK = 3
    INTERRUPTED = 130


class Place(NamedTuple):
    """Where a replay by the real path keeps and sends things."""

    config: Path
    release: Path | None
    data: Path | None
    log: str | None
    mqtt: str | None


app.command()(demo)
app.command()(fit)


@app.command()
def replay(  # noqa: PLR0913, PLR0917 - one per option
    record: Annotated[str, typer.Argument(help="A folder with a record, or the word 'synthetic'.")],
    speed: Annotated[str, typer.Option(help="N times real time, or 'max': in this process, without servers.")] = MAX,
    start: Annotated[str, typer.Option("--from", help="First event time; UTC unless it has an offset.")] = "",
    until: Annotated[str, typer.Option("--to", help="End, itself left out; UTC unless it has an offset.")] = "",
    lag: Annotated[str, typer.Option(help="How long readings take to arrive, e.g. '15 min'.")] = "",
    config: ConfigPath = DEFAULT_CONFIG,
    json: Annotated[bool, typer.Option("--json", help="JSON lines instead of tables.")] = False,
    as_configured: Annotated[bool, typer.Option("--as-configured", help="Leave the release to people.")] = False,
    data: Annotated[Path | None, typer.Option(help="Keep what is written in this new folder, for `why`.")] = None,
    log: Annotated[str | None, typer.Option(help="A log outside: kafka://host:9092.")] = None,
    mqtt: Annotated[str | None, typer.Option(help="A broker outside: mqtt://user:password@host:1883.")] = None,
) -> None:
    """Play a recorded flood and show what would have been said, when. Reaches nobody."""
    release = None if as_configured else DEMO
    try:
        play = play_of(_record(record, lag), load(config, release), parse_ms(start, A_TIME), parse_ms(until, A_TIME))
        factor = _speed(speed)
    except (ConfigError, RecordError, RuleErrors, ValueError) as error:
        raise refuse(str(error), Exit.REFUSED) from error
    place = Place(config, release, data, log, mqtt)
    try:
        outcome = _in_process(play, place) if factor is None else _for_real(play, place, factor)
    except NotApart as error:
        raise refuse(str(error), Exit.REFUSED) from error
    _show(play, outcome, as_json=json)


def main() -> None:
    """Entry point; a ledger that cannot be read is told in a line."""
    try:
        app()
    except (LedgerUnavailable, LedgerUnusable) as error:
        sys.exit(str(error))


def _record(name: str, lag: str) -> Record:
    lag_ms = None
    if lag:
        amount, unit = parse_quantity(lag)
        if unit != "ms" or amount < 0:
            raise ValueError(f"--lag: must be a duration, like '15 min', not {lag!r}")
        lag_ms = round(amount)
    if name == SYNTHETIC:
        return synthetic(lag_ms=LAG_MS if lag_ms is None else lag_ms)
    return open_record(Path(name), lag_ms or 0)


def _speed(text: str) -> float | None:
    if text == MAX:
        return None
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0 < factor < float("inf"):
        raise ValueError(f"--speed: must be a number above 0, or 'max', not {text!r}")
    return factor


def _in_process(play: Play, place: Place) -> Outcome:
    with ExitStack() as stack:
        hear: Callable[[Output], None] = nothing
        if place.data is not None:
            world = _settled(exercise_world(play, place.config, _empty(place.data), place.release))
            history = stack.enter_context(open_history(world.history))
            hear = stack.enter_context(Keeper(history)).hear
        progress = stack.enter_context(meter(Console(stderr=True), play.start, play.until))
        try:
            return replay_in_process(play, progress.on_step, hear)
        except HistoryUnavailable as error:
            raise refuse(str(error), Exit.REFUSED) from error
        except KeyboardInterrupt:
            raise refuse("stopped", Exit.INTERRUPTED) from None


def _settled(world: World) -> World:
    """The world with its file, by which `floodbell why` finds it."""
    settled = world.settled()
    write_private(settled.data / "world.json", settled.model_dump_json(indent=2).encode())
    return settled


def _empty(data: Path) -> Path:
    if data.exists() and any(data.iterdir()):
        raise refuse(f"--data: {data} is not empty; a replay starts with nothing said", Exit.REFUSED)
    return data


def _for_real(play: Play, place: Place, speed: float) -> Outcome:
    configure_logging("replay")
    logging.getLogger().setLevel(logging.ERROR)  # the processes' own logs are in files
    with ExitStack() as stack:
        data = place.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="floodbell-replay-")))
        world = exercise_world(play, place.config, _empty(data), place.release, log=place.log, mqtt=place.mqtt)
        progress = stack.enter_context(meter(Console(stderr=True), play.start, play.until))
        try:
            return asyncio.run(replay_for_real(play, world, speed, progress.on_step))
        except (ReplayStuck, BrokerRefused, LogUnavailable) as error:
            raise refuse(f"{error}\n{_last_words(data)}", Exit.STUCK) from error
        except KeyboardInterrupt:
            raise refuse("stopped", Exit.INTERRUPTED) from None


def _last_words(data: Path) -> str:
    """The end of each process's log, for who has to find out why."""
    logs = sorted((data / "logs").glob("*.log"))
    return "\n".join(f"{path.stem}: {line}" for path in logs for line in path.read_text("utf-8").splitlines()[-3:])


def _show(play: Play, outcome: Outcome, *, as_json: bool) -> None:
    err = Console(stderr=True)
    for series, count in play.skipped.items():
        err.print(
            f"skipped: {count} readings of {'/'.join(series)}, which the configuration does not know", highlight=False
        )
    if outcome.rejected:
        err.print(
            f"rejected: {outcome.rejected} messages could not be read (topic observations.rejected)", highlight=False
        )
    for problem in unwritable(play, outcome):
        err.print(f"no CAP message: {problem}", highlight=False, markup=False)
    if as_json:
        for said in (*outcome.events, *outcome.revisions):
            sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
        sys.stdout.buffer.flush()
        return
    out = Console(width=None if sys.stdout.isatty() else WIDTH)
    out.print(episode_table(play, episodes(play, outcome.transitions)))
    out.print(revision_table(play, outcome.revisions))
    if outcome.notes:
        out.print(note_table(play, outcome.notes))
