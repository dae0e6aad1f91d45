"""Roles of an exercise: ``python -m warning.roles_exercise ROLE WORLD.json``.

An import contract forbids this module and every role it starts to know, at whatever distance, an adapter that
reaches people; a test holds the contract's list against this one.
"""

import sys

from notifiers.revision import Status
from warning.roles import MODULES, main

EXERCISE = MODULES | {"dispatch": "warning.dispatch_exercise"}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], EXERCISE, Status.EXERCISE))
