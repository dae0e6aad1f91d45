"""Signals: arithmetic over the readings of one series, apart from all decisions. Compiled by numba.

Compiled code is kept per user. numba looks only at the file a function stands in to tell whether what it
kept is still right, and these functions call each other across files; so the folder is named after all of
the sources.
"""

import hashlib
import os
import tempfile
from pathlib import Path

import numba

_SOURCES = sorted([*Path(__file__).parent.glob("*.py"), *Path(__file__).parents[2].glob("sensors/*.py")])


def _folder() -> Path:
    content = hashlib.sha256(numba.__version__.encode())
    for source in _SOURCES:
        content.update(source.read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    folder = cache / "floodbell" / "compiled" / content.hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:  # a user without a home: compiled for this run only, in a folder nobody else can write to
        return Path(tempfile.mkdtemp(prefix="floodbell-compiled-"))


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(_folder())  # type: ignore[attr-defined]
