"""Where the recorded floods lie. They are test input, not part of the product."""

import os
from pathlib import Path

import pytest

FLOODS = Path(os.environ.get("FLOODBELL_FLOODS", Path(__file__).resolve().parents[2] / "shared" / "floods"))


def needs_record(name: str) -> pytest.MarkDecorator:
    """Skip where the folder of a record is not there, saying so."""
    folder = FLOODS / name
    return pytest.mark.skipif(
        not folder.is_dir(), reason=f"recorded flood {name} is not at {folder} (set FLOODBELL_FLOODS)"
    )
