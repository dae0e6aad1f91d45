"""A command of a person on its way from the command line, and the answer on its way back."""

import asyncio

from rich.console import Console

from warning.cli_common import login, refuse
from warning.commanding import command, give
from warning.log.api import LogUnavailable
from warning.messages import CommandAction
from warning.telling import Unconfirmed
from warning.world import World

out = Console()


def by_language(texts: list[str]) -> dict[str, str]:
    """``de:Text`` as language and text."""
    found = [text.partition(":") for text in texts]
    if any(not between or not text.strip() for _, between, text in found):
        raise refuse("say the language before the text, like 'de:Hochwasser'")
    return {language: text.strip() for language, _, text in found}


def give_command(place: World, action: CommandAction, actor: str | None, reason: str, **about: object) -> None:
    """Give a command and print the answer, or exit with why not."""
    given = command(place, action, actor or login(), note=reason, **about)
    try:
        answer = asyncio.run(give(place, given))
    except (Unconfirmed, LogUnavailable) as error:
        raise refuse(f"{error}; look at `floodbell warnings`", code=2) from error
    about_it = f"{given.warning}: " if given.warning else ""
    if not answer.done:
        raise refuse(f"{about_it}{answer.text}")
    out.print(f"{about_it}{answer.text} ({given.actor})", highlight=False, markup=False, soft_wrap=True)
