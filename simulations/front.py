"""The door of ``floodbell``: the list of commands at once; what a command needs is loaded when it is given.

The rules' arithmetic, the databases and the brokers take two seconds to import. Who only asks what there is
should not wait for them. A test holds this list against the commands themselves.
"""

import sys

import typer

ABOUT = "Early warning for floods and other city disasters: from the gauge to the people, in seconds."

COMMANDS = {
    "why": "Say why: state and level at a time, each formula with its truths, and the readings behind them.",
    "exercise": "Run the service as an exercise for staff: everything as in earnest, and nobody outside is reached.",
    "warnings": "List what is in force and what waits for release.",
    "reach": "Show how many people each revision has reached, by channel, and who of the staff was not.",
    "approve": "Release a draft, or agree to it where two are needed. Level, area and recipients are read back.",
    "reject": "Decide against a draft. It opens again on a higher level, a second sensor or a further rise.",
    "update": "Write other words for a warning. They wait until they are submitted, and released by another person.",
    "submit": "Put a draft that somebody has written before those who release.",
    "discard": "Throw a draft away that a person has written.",
    "countersign": "Agree afterwards to what somebody had to release alone.",
    "extend": "Let all warnings of the incident last longer; nobody is woken by it.",
    "clear": "Release the all-clear, or say what still stands against it.",
    "retract": "Say on all channels that it was an error. One person is enough; a true alarm cannot be silenced by it.",
    "reinstate": "Put a warning in force again whose retraction was the error, within 60 minutes.",
    "rearm": "Let a zone release by itself again after a retraction.",
    "ack": "Say that you have taken note of a warning, at the level that you have seen.",
    "sheet-set": "Confirm that the control room has set the last revision in MoWaS.",
    "note": "Write a line into the shift log.",
    "handover": "Hand over: who comes is called first until the rota's next turn, and what is open stands in the log.",
    "inform": "Tell people in a zone what helps them: closed roads, shelters, whom to call. One person is enough.",
    "warn": "Write a warning without any gauge, from the hazard's template. It lasts until you let go of it by hand.",
    "silence": "Ask for quiet at the present level, at most for 24 hours. Any rise ends it.",
    "calls": "List the institutions to be called, or note that one was reached by telephone.",
    "sheet": "Show the sheet of a revision for the control room: MoWaS, or a request for sirens.",
    "preview": "Show what every kind of channel would be given, how long it is, and what keeps it from going out.",
    "bounces": "Take one report of a mail server from standard input: what arrived and what did not, into the ledger.",
    "rebuild": "Make the rows that pages show anew from the log; what was delivered to whom stays as it is.",
    "doctor": "Say what is wrong and what to do about it; exits 1 when something fails. Changes nothing.",
    "token": "Make a token for a person, to log in at the desk and to use the interface. It is shown once.",
    "tokens": "List the tokens of a world, or end some.",
    "check": "Check a configuration; every mistake is named with its place.",
    "run": "Run the service: broker if embedded, ingest, worker, record, dispatch and web.",
    "health": "Ask the running service how it is; exits 1 when something is wrong.",
    "demo": "Play a flood like that of July 2021 against the whole service. An exercise: it reaches nobody.",
    "fit": "Fit forecasts of a station's stage to a record, checked on floods held out.",
    "replay": "Play a recorded flood and show what would have been said, when. Reaches nobody.",
    "tell": "Tell the rules what people know: a sensor out of service, a report by telephone, a level held by hand.",
    "audit": "The record of every event, message and decision: check that it is whole, or copy it.",
    "channels": "The ways to people: whether their servers answer, and a test message.",
    "cap": "CAP messages: check those of anybody, make the key for one's own.",
    "privacy": "What is stored about people; and of one person, to be shown or forgotten on request.",
    "passwords": "What people log in with at the desk: set, list, and reset on the server.",
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
