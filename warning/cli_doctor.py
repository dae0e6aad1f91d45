"""``floodbell doctor``: what is wrong with this installation, and what to do about it."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import structlog
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from warning.cli_common import DEFAULT_WORLD, refuse, world_at
from warning.config.load import ConfigError
from warning.doctor.examine import configuration, examine
from warning.doctor.finding import Finding, Verdict
from warning.world import World, live

WIDTH = 120  # in a file or a pipe
CHECK_S = 60.0
STYLES = {Verdict.GOOD: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red"}


def doctor_command(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="The city's configuration; config.yaml when left out.")
    ] = None,
    world: Annotated[
        Path | None, typer.Option("--world", "-w", help="The world.json of a service, also of one that has ended.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON array instead of text.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Check databases to the end, not for a minute each.")] = False,
) -> None:
    """Say what is wrong and what to do about it; exits 1 when something fails. Changes nothing.

    Works on a running and on a stopped service.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # findings say it
    logging.disable(logging.CRITICAL)
    findings = _findings(config, world, float("inf") if full else CHECK_S)
    if json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(findings)) + b"\n")
        sys.stdout.buffer.flush()
    else:
        console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
        console.print(_table(findings))
        console.print(_summary(findings))
    if any(finding.verdict is Verdict.FAILED for finding in findings):
        raise typer.Exit(1)


def _findings(config: Path | None, world: Path | None, within_s: float) -> list[Finding]:
    """Of the world that is named; of the one that runs here, else of the configuration here."""
    if world is not None and config is not None:
        raise refuse("--world and --config name two things; give one of them")
    if world is None and config is None and DEFAULT_WORLD.exists():
        world = DEFAULT_WORLD
    if world is not None:
        return examine(world_at(world), within_s)
    path = config or Path("config.yaml")
    try:
        found = live(path)
    except ConfigError:
        return [configuration(path)]
    return examine(_started(found), within_s)


def _started(world: World) -> World:
    """The same world as its service has written it, with the address of an embedded broker."""
    file = world.data / "world.json"
    if world.mqtt != "embedded" or not file.exists():
        return world
    return world.model_copy(update={"mqtt": world_at(file).mqtt})


def _table(findings: list[Finding]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        said = Text(finding.text)
        if finding.remedy:
            said.append(f"\n→ {finding.remedy}")
        table.add_row(Text(finding.verdict.value, style=STYLES[finding.verdict]), Text(finding.check), said)
    return table


def _summary(findings: list[Finding]) -> Text:
    counts = {verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict}
    return Text(f"\n{counts[Verdict.FAILED]} failed, {counts[Verdict.WARNING]} warnings, {counts[Verdict.GOOD]} good")
