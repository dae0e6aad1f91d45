"""The command line of the service."""

import json
import sys
from pathlib import Path
from typing import Annotated
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import typer
from rich.console import Console

from warning.alone import free_port
from warning.check import advice_of, problems_of
from warning.cli_audit import audit_app
from warning.cli_bounces import bounces_command
from warning.cli_calls import calls
from warning.cli_cap import cap_app
from warning.cli_channels import app as channels_app
from warning.cli_common import err, refuse
from warning.cli_desk import add_desk_commands
from warning.cli_doctor import doctor_command
from warning.cli_exercise import exercise_command
from warning.cli_passwords import passwords_app
from warning.cli_preview import preview_command
from warning.cli_privacy import privacy_app
from warning.cli_rebuild import rebuild_command
from warning.cli_sheet import sheet_command
from warning.cli_tell import tell_app
from warning.cli_tokens import token, tokens
from warning.cli_why import why_command
from warning.config.load import ConfigError
from warning.logging import configure_logging
from warning.serving import serve
from warning.stores.histories import require_token
from warning.world import live

app = typer.Typer(
    name="floodbell",
    help="Early warning for floods and other city disasters: from the gauge to the people, in seconds.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
out = Console()
app.add_typer(tell_app, name="tell")
app.add_typer(audit_app, name="audit")
app.add_typer(channels_app, name="channels")
app.add_typer(cap_app, name="cap")
app.add_typer(privacy_app, name="privacy")
app.add_typer(passwords_app, name="passwords")
app.command("why")(why_command)
app.command("exercise")(exercise_command)
add_desk_commands(app)
app.command()(calls)
app.command("sheet")(sheet_command)
app.command("preview")(preview_command)
app.command("bounces")(bounces_command)
app.command("rebuild")(rebuild_command)
app.command("doctor")(doctor_command)
app.command()(token)
app.command()(tokens)

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
    for line in advice_of(config):
        err.print(line, highlight=False, soft_wrap=True)
    out.print(f"{config}: good", highlight=False)


@app.command()
def run(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Run the service: broker if embedded, ingest, worker, record, dispatch and web."""
    try:
        world = live(config)
    except ConfigError as error:
        raise refuse(str(error)) from error
    try:
        require_token(world.history)
    except ValueError as error:
        raise refuse(f"{config}: service.history: {error}") from error
    if free_port(world.web_host, world.web_port) is None:
        raise refuse(f"{config}: service.web.port: {world.web_port} on {world.web_host} is taken by another program")
    configure_logging("supervisor")
    serve(world)


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
