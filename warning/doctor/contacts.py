"""Whether the addresses of residents can be read by us, and by nobody else."""

from collections.abc import Mapping
from pathlib import Path

from warning.contacts import NAME, NoKey, seal_of
from warning.doctor.finding import Finding, failed, good, warning
from warning.doctor.machine import read_by_others
from warning.world import World

CHECK = "residents' key"
APART = "keep it elsewhere: subscriptions.key, docs/how-to/residents.md"


def contacts(world: World, environment: Mapping[str, str]) -> Finding:
    """How the key stands; one that is not made yet is left alone."""
    spec = world.configuration().subscriptions
    if spec is None:
        return good(CHECK, "residents cannot sign up: the configuration has no subscriptions")
    beside = world.data / NAME
    if spec.key is None and not beside.exists():
        return good(CHECK, f"{beside} is made at the first start of the service")
    try:
        seal_of(world, environment)
    except NoKey as error:
        return failed(CHECK, str(error), "put it back: without it nobody who signed up can be warned")
    file = beside if spec.key is None else Path(spec.key.file) if spec.key.file else None
    if file is not None and read_by_others(file):
        return failed(CHECK, f"others can read {file}", f"chmod 600 {file}")
    if spec.key is None:
        return warning(CHECK, f"{beside} lies beside the ledger: whoever copies both reads the addresses", APART)
    return good(CHECK, "is there, apart from the ledger")
