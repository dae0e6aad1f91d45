"""Which format a sensor sends in, as the configuration says it."""

import itertools
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from sensors.frozen import Frozen
from sensors.units import Amount, Quantity

#: Keys down to a field of the decoded object: ``distance``, ``water.distance``.
FieldPath = Annotated[str, StringConstraints(pattern=r"^[^.\s]+(\.[^.\s]+)*$")]
#: RFC 8428, section 4.5.1.
SenmlName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:./_-]*$")]


class OwnJson(Frozen):
    """Our own JSON, as without ``payload``."""

    format: Literal["json"]


class Mount(Frozen):
    """How high a distance sensor hangs, from a day on (00:00 UTC)."""

    since: date = Field(alias="from")
    height: Amount  # of the point that distances are measured from, above gauge zero

    @field_validator("height")
    @classmethod
    def _above_zero(cls, height: Quantity) -> Quantity:
        if height.unit != "cm" or height.amount <= 0:
            raise ValueError("must be a height above gauge zero in cm or m")
        return height


class Age(Frozen):
    """The field that says how old a reading was when it was sent."""

    field: FieldPath
    unit: Literal["ms", "s", "min", "h"]


class Measured(Frozen):
    """What the number in a message means."""

    measures: Literal["value", "distance"]  # a distance falls while the water rises
    mount: tuple[Mount, ...] = Field(default=(), validate_default=True)

    @field_validator("mount")
    @classmethod
    def _with_a_distance(cls, mount: tuple[Mount, ...], info: ValidationInfo) -> tuple[Mount, ...]:
        measures = info.data.get("measures")
        if measures == "distance" and not mount:
            raise ValueError("must give the heights from which distances are measured")
        if measures == "value" and mount:
            raise ValueError("has a meaning with 'measures: distance' only")
        if any(first.since >= second.since for first, second in itertools.pairwise(mount)):
            raise ValueError("must have rising dates, each once")
        return mount


class Uplink(Measured):
    """A field of what a LoRaWAN network server's decoder made of an uplink."""

    format: Literal["chirpstack", "things_stack"]
    field: FieldPath
    unit: Literal["mm", "cm", "m", "m3/s", "m³/s", "l/s", "degC", "°C"]  # of the field; the message does not say it
    age: Age | None = None

    @property
    def source(self) -> str:
        """What no other sensor on the same topic may use."""
        return self.field


class Senml(Measured):
    """The records of one name in a SenML pack (RFC 8428, JSON)."""

    format: Literal["senml"]
    name: SenmlName  # base name and name together

    @property
    def source(self) -> str:
        """What no other sensor on the same topic may use."""
        return self.name


Foreign = Uplink | Senml
PayloadSpec = Annotated[OwnJson | Uplink | Senml, Field(discriminator="format")]
