"""Tells on the terminal what an exercise releases, and who would have been told."""

from collections import Counter
from pathlib import Path

import msgspec
from rich.console import Console

from notifiers.channels.captured import CAPTURES
from notifiers.revision import Change, Revision
from notifiers.texts import render
from simulations.inprocess import Said
from simulations.schedule import Step
from warning.config.model import Config
from warning.content import content_of
from warning.world import World


class _Captured(msgspec.Struct):
    """What is needed of a captured message."""

    warning: str
    channel: str


class Announcer:
    """Hears revisions, and prints them once their messages have been captured."""

    def __init__(self, city: Config, world: World, out: Console) -> None:
        self._content = content_of(city)
        self._language = city.city.languages[0]
        self._out = out
        self._captures = world.data / CAPTURES
        self._read = 0
        self._waiting: list[Revision] = []

    def hear(self, said: Said) -> None:
        """Keep a revision for the next step; a prolonged warning is no news."""
        if isinstance(said, Revision) and said.change is not Change.EXTENDED:
            self._waiting.append(said)

    def on_step(self, _: Step) -> None:
        """Print what waits; a step begins when all before it has been sent."""
        if self._waiting:
            captured = self._new_captures()
            for revision in self._waiting:
                self._out.print(self._line(revision, captured), highlight=False, markup=False, soft_wrap=True)
            self._waiting.clear()

    def _line(self, revision: Revision, captured: list[_Captured]) -> str:
        """``14 Jul 11:35 UTC  ÜBUNG …: Gefahr, Stufe 2 von 3 – Hochwasser: Unterbarmen  [captured: …]``"""
        title = render(revision, self._language, self._content).title
        channels = Counter(one.channel for one in captured if one.warning == revision.warning)
        told = ", ".join(f"{name} {count}" for name, count in sorted(channels.items())) or "nobody asked for it"
        return f"{revision.sent:%d %b %H:%M} UTC  {title}  [captured: {told}]"

    def _new_captures(self) -> list[_Captured]:
        """Messages captured since the last look; a line still being written waits for the next one."""
        lines = _whole_lines(self._captures, self._read)
        self._read += sum(len(line) for line in lines)
        return [msgspec.json.decode(line, type=_Captured) for line in lines]


def _whole_lines(path: Path, start: int) -> list[bytes]:
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(start)
        return [line for line in file if line.endswith(b"\n")]
