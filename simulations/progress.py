"""How far a replay is, on standard error: a bar on a terminal, a line per tenth elsewhere."""

from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from sensors.times import to_utc
from simulations.schedule import Step


class Meter(Protocol):
    """Is told of every step."""

    def on_step(self, step: Step) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Bar:
    """For a terminal."""

    def __init__(self, console: Console, start: int, until: int) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        self._progress = Progress(*columns, TimeRemainingColumn(), console=console, transient=True)
        self._task = self._progress.add_task(_when(start), total=until - start)
        self._start = start

    def on_step(self, step: Step) -> None:
        self._progress.update(self._task, completed=step.at - self._start, description=_when(step.at))

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


class Lines:
    """For a file or a pipe."""

    def __init__(self, console: Console, start: int, until: int) -> None:
        self._console = console
        self._start = start
        self._span = until - start
        self._tenths = 0

    def on_step(self, step: Step) -> None:
        tenths = 10 * (step.at - self._start) // self._span
        if tenths > self._tenths:
            self._tenths = tenths
            self._console.print(f"{_when(step.at)}: {10 * tenths} %", highlight=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def meter(console: Console, start: int, until: int) -> Meter:
    """The one that suits the console; times in ms."""
    return (Bar if console.is_terminal else Lines)(console, start, until)


def _when(at: int) -> str:
    return f"{to_utc(at):%Y-%m-%d %H:%M} UTC"
