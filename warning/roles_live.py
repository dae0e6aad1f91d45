"""Roles of the world that reaches people: ``python -m warning.roles_live ROLE WORLD.json``."""

import sys

from notifiers.revision import Status
from warning.roles import MODULES, main

LIVE = MODULES | {"dispatch": "warning.dispatch_live"}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], LIVE, Status.ACTUAL))
