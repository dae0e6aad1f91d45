"""What every part of the configuration is built from."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

#: Identifiers go into topics, addresses and formulas.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Frozen(BaseModel):
    """Base of everything read from the configuration: fixed, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
