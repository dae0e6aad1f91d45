"""What is seen on the terminal: the seed, how far it is, a line per part, and the last line."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from simulations.progress import meter
from tests.faults.forms import Form
from tests.faults.harness import at_random, in_flight, left_by, undisturbed, without_broker
from tests.faults.judge import Verdict, judge
from tests.faults.plan import Kill
from tests.faults.run import Watcher


class Report:
    """Runs the parts of a form and says what came of each."""

    def __init__(self, out: Console, seed: int) -> None:
        self._out = out
        self._seed = seed
        self._exact: list[Verdict] = []
        self._apart: list[Verdict] = []
        self._say(f"seed {seed}")

    async def judge_all(self, form: Form, folder: Path, log: str) -> None:
        """All parts of a form on one log."""
        with self._part(form, f"{log}, undisturbed") as watcher:
            expected = await left_by(form, folder / "calm", log, undisturbed(), watcher)
        with self._part(form, f"{log}, killed at random moments") as watcher:
            found = await left_by(form, folder / "wild", log, at_random(self._seed, form.kills), watcher)
        self._judged(self._exact, judge(expected, found, form.kills))
        if form.aimed_kills:
            with self._part(form, f"{log}, killed while messages are on their way") as watcher:
                found = await left_by(form, folder / "in-flight", log, in_flight(self._seed, form.aimed_kills), watcher)
            self._judged(self._apart, judge(expected, found, form.aimed_kills))
        for embedded, name in ((False, "mosquitto"), (True, "iotcore")):
            if form.broker_kills and (log == "sqlite" or not embedded):
                await self._broker(form, folder / name, log, name, embedded=embedded)

    async def _broker(self, form: Form, folder: Path, log: str, name: str, *, embedded: bool) -> None:
        with self._part(form, f"{log}, the gauges' broker ({name}) killed") as watcher:
            verdict, gone = await without_broker(form, folder, log, self._seed, watcher, embedded=embedded)
        self._say(f"  {name} had acknowledged and lost {gone.total} readings; ingest's count of gaps says {gone.told}")
        self._judged(self._apart, verdict)

    def end(self) -> bool:
        """The last line, and whether all was good."""
        total = Verdict(sum(verdict.kills for verdict in self._exact))
        for verdict in self._exact:
            total.lost += verdict.lost
            total.repeated += verdict.repeated
            total.different += verdict.different
            total.deliveries += verdict.deliveries
            total.unknown += verdict.unknown
            total.twice += verdict.twice
        self._say(total.line())
        return all(verdict.good for verdict in (*self._exact, *self._apart))

    def _judged(self, verdicts: list[Verdict], verdict: Verdict) -> None:
        verdicts.append(verdict)
        for detail in verdict.details():
            self._say(f"  {detail}")
        self._say(f"  {verdict.line()}")

    @contextmanager
    def _part(self, form: Form, name: str) -> Iterator[Watcher]:
        """A heading, a bar or tenths, and afterwards how long it took and what was killed."""
        play, began, killed = form.play(), time.monotonic(), Counter[str]()

        def on_kill(kill: Kill) -> None:
            killed[kill.target] += 1

        self._say(name)
        with meter(Console(stderr=True), play.start, play.until) as bar:
            yield Watcher(bar.on_step, on_kill)
        each = ", ".join(f"{target} {count}" for target, count in sorted(killed.items())) or "nothing"
        self._say(f"  {time.monotonic() - began:.0f} s; killed: {each}")

    def _say(self, text: str) -> None:
        self._out.print(text, highlight=False, markup=False, soft_wrap=True)
