"""The command line of the service."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Annotated
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Column, Table

from notifiers.content import ContentError
from notifiers.revision import Status
from warning.alone import AlreadyRunning, free_port, only_one
from warning.approval import Answer, approve_draft, draft_of
from warning.check import problems_of
from warning.cli_common import DEFAULT_WORLD, WorldPath, configuration_of, login, refuse, world_at
from warning.cli_tell import tell_app
from warning.cli_why import why_command
from warning.config.load import ConfigError
from warning.config.model import Config
from warning.content import level_label, title_of
from warning.logging import configure_logging
from warning.messages import DeskRow
from warning.stores.desk import Desk
from warning.supervisor import Supervisor
from warning.world import World, live

app = typer.Typer(
    name="floodbell",
    help="Early warning for floods and other city disasters: from the gauge to the people, in seconds.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
out = Console()
app.add_typer(tell_app, name="tell")
app.command("why")(why_command)

ConfigPath = Annotated[Path, typer.Option("--config", "-c", help="The city's configuration file.")]
DEFAULT_CONFIG = Path("config.yaml")


@app.command()
def check(
    config: Annotated[Path, typer.Argument(help="The file to check.")] = DEFAULT_CONFIG,
    record: Annotated[
        Path | None, typer.Option(help="A folder with a record of its rivers; names levels that hardly ever end.")
    ] = None,
) -> None:
    """Check a configuration; every mistake is named with its place."""
    try:
        found = problems_of(config, record)
    except ConfigError as error:
        raise refuse(str(error)) from error
    if found:
        raise refuse("\n".join(found))
    out.print(f"{config}: good", highlight=False)


@app.command()
def run(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Run the service: broker if embedded, ingest, worker, record, dispatch and web."""
    try:
        world = live(config)
    except ConfigError as error:
        raise refuse(str(error)) from error
    if free_port(world.web_host, world.web_port) is None:
        raise refuse(f"{config}: service.web.port: {world.web_port} on {world.web_host} is taken by another program")
    configure_logging("supervisor")
    try:
        with only_one(world.data):
            asyncio.run(_serve(world))
    except (AlreadyRunning, ConfigError) as error:
        raise refuse(str(error)) from error


async def _serve(world: World) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with Supervisor(world) as supervisor:
        out.print(f"Pages at http://{world.web_host}:{world.web_port}/ – stop with Ctrl-C", highlight=False)
        if world.mqtt == "embedded":
            out.print(f"Broker for trying out: its address and login stand in {supervisor.world_file}", highlight=False)
        await stop.wait()


@app.command()
def warnings(world: WorldPath = DEFAULT_WORLD) -> None:
    """List what is in force and what waits for release."""
    place = world_at(world)
    config = configuration_of(place)
    rows = Desk.open(place.ledger).rows()
    if not rows:
        out.print("No warnings.")
        return
    whole = Column("Warning", no_wrap=True)  # an id has to survive a narrow window
    table = Table(whole, "Zone", "Hazard", "State", "Level", "Revision", "Waiting", box=SIMPLE)
    for row in rows:
        waiting = _proposed(row, config) if row.proposed_change else ""
        said = level_label(config, row.level) if row.level else "–"
        table.add_row(row.warning, row.zone, row.hazard, row.state, said, str(row.revision), waiting)
    out.print(table)


@app.command()
def approve(
    warning: Annotated[str, typer.Argument(help="The warning's id, as `floodbell warnings` shows it.")],
    revision: Annotated[int | None, typer.Option(help="The revision you mean; asked for when left out.")] = None,
    level: Annotated[int | None, typer.Option(min=1, max=3, help="The level you mean, read back.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who releases; your login when left out.")] = None,
    world: WorldPath = DEFAULT_WORLD,
) -> None:
    """Release a draft. Revision and level are read back, so that nobody releases what he has not seen."""
    place = world_at(world)
    config = configuration_of(place)
    actor = actor or login()
    draft = draft_of(place, warning)
    if draft is None:
        raise refuse(f"{warning}: nothing waits for release under this id; see `floodbell warnings`")
    if revision is None or level is None:
        _show(draft, config, place.status)
        level = int(typer.prompt(f"{_proposed(draft, config)}: type the number to release it", type=int))
        revision = draft.revision + 1
    answer = asyncio.run(approve_draft(place, draft, revision, level, actor))
    if answer is not Answer.RELEASED:
        raise refuse(f"{warning}: {answer.value}", code=2 if answer is Answer.UNCONFIRMED else 1)
    out.print(
        f"{_proposed(draft, config)}: revision {revision} of {warning} released by {actor}",
        highlight=False,
        markup=False,
    )


def _proposed(draft: DeskRow, config: Config) -> str:
    """``Gefahr (2), updated``"""
    return f"{level_label(config, draft.proposed_level)}, {draft.proposed_change}"


def _show(draft: DeskRow, config: Config, status: Status) -> None:
    language = config.city.languages[0]
    zone = config.zones[draft.zone].name[language] if draft.zone in config.zones else draft.zone
    try:
        title = title_of(draft, config, status)
    except ContentError as error:
        title = f"{_proposed(draft, config)}: no message can be written: {error}"
    about = f"{zone}: revision {draft.revision + 1}, waiting since {draft.waiting_since}"
    out.print(f"{title}\n{about}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def health(config: ConfigPath = DEFAULT_CONFIG, url: Annotated[str, typer.Option(help="Page to ask.")] = "") -> None:
    """Ask the running service how it is; exits 1 when something is wrong."""
    address = url or _web_address(config)
    try:
        with urlopen(f"{address}/health", timeout=10) as reply:  # noqa: S310 - the operator's own address
            body = json.load(reply)
    except HTTPError as error:
        out.print_json(error.read().decode())
        raise typer.Exit(1) from error
    except URLError as error:
        raise refuse(f"{address}: {error.reason}") from error
    out.print_json(data=body)


def _web_address(config: Path) -> str:
    try:
        world = live(config)
    except ConfigError as error:
        raise refuse(str(error)) from error
    return f"http://{world.web_host}:{world.web_port}"


if __name__ == "__main__":
    sys.exit(app())
