"""Whether everybody has the second factor that the configuration asks for."""

import sqlite3
from collections.abc import Iterator

from warning.config.model import Config
from warning.doctor.finding import Finding, good, warning
from warning.doctor.stores import file_of, ledger_file_factors
from warning.stores.reachable import DoesNotAnswer, people_with_factor
from warning.world import World

CHECK = "second factors"


def factors(world: World, config: Config) -> Iterator[Finding]:
    """Nothing where no role needs one."""
    needing = [one.id for one in config.people if one.role in config.login.totp]
    if not needing:
        return
    file = file_of(world.ledger)
    try:
        if file is None:
            found = people_with_factor(world.ledger)
        else:
            found = ledger_file_factors(file) if file.exists() else frozenset()
    except (DoesNotAnswer, sqlite3.Error) as error:
        yield warning(CHECK, f"not checked: {error}")
        return
    if missing := [person for person in needing if person not in found]:
        yield warning(CHECK, f"missing: {', '.join(missing)}", "they are asked to set it up at their next login")
    else:
        yield good(CHECK, f"all {len(needing)} who need one have it")
