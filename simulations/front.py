"""The door of ``floodbell``: the list of commands at once; what a command needs is loaded when it is given.

The rules' arithmetic, the databases and the brokers take two seconds to import. Who only asks what there is
should not wait for them. A test holds this list against the commands themselves.
"""

import sys

import typer

ABOUT = "Early warning for floods and other city disasters: from the gauge to the people, in seconds."

COMMANDS = {
    "why": "Say why: state and level at a time, each formula with its truths, and the readings behind them.",
    "check": "Check a configuration; every mistake is named with its place.",
    "run": "Run the service: broker if embedded, ingest, worker, record, dispatch and web.",
    "warnings": "List what is in force and what waits for release.",
    "approve": "Release a draft. Revision and level are read back, so that nobody releases what he has not seen.",
    "health": "Ask the running service how it is; exits 1 when something is wrong.",
    "demo": "Play a flood like that of July 2021 against the whole service. An exercise: it reaches nobody.",
    "fit": "Fit forecasts of a station's stage to a record, checked on floods held out.",
    "replay": "Play a recorded flood and show what would have been said, when. Reaches nobody.",
    "tell": "Tell the rules what people know: a sensor out of service, a report by telephone, a level held by hand.",
}


def contents() -> typer.Typer:
    """The commands by name and first sentence, to be shown and not to be run."""
    app = typer.Typer(name="floodbell", help=ABOUT, no_args_is_help=True)
    for name, about in COMMANDS.items():
        app.command(name, help=about)(_nothing)
    return app


def main() -> None:
    """Entry point."""
    if sys.argv[1:] in ([], ["--help"]):
        contents()()
        return
    from simulations import cli  # noqa: PLC0415 - takes two seconds

    cli.main()


def _nothing() -> None:
    """Never run: a command that was given is looked up in ``simulations.cli``."""


if __name__ == "__main__":
    main()
