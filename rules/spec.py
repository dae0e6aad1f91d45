"""Rules as the configuration writes them; ``rules.language`` reads the formulas."""

from typing import Annotated

from pydantic import AfterValidator, Field

from sensors.stations import Frozen, Name, Text
from sensors.units import Amount, Duration

LEVELS = (1, 2, 3)


def _lasting(value: int) -> int:
    if value <= 0:
        raise ValueError("must be longer than 0")
    return value


Lasting = Annotated[Duration, AfterValidator(_lasting)]


class PerLevel(Frozen):
    """A time for each level; none has a default, because people's safety hangs on it."""

    level_1: Lasting = Field(alias="level 1")
    level_2: Lasting = Field(alias="level 2")
    level_3: Lasting = Field(alias="level 3")

    def of(self, level: int) -> int:
        """The time of a level, in ms."""
        return (self.level_1, self.level_2, self.level_3)[level - 1]


class RuleSpec(Frozen):
    """When a zone is in danger, level by level, and how that ends."""

    zone: Name
    hazard: Name
    level_1: Text | None = Field(alias="level 1", default=None)
    level_2: Text | None = Field(alias="level 2", default=None)
    level_3: Text | None = Field(alias="level 3", default=None)
    staff: Text | None = None  # calls staff, never the public
    hold: PerLevel  # how long a formula must be true before the level is raised
    clear: PerLevel  # how long it must be false before the level is lowered
    hysteresis: dict[str, Amount]  # per signal, e.g. ``stage(kluserbruecke): 15 cm``

    def formulas(self) -> dict[int, str]:
        """The formula of each level that has one."""
        written = (self.level_1, self.level_2, self.level_3)
        return {level: text for level, text in zip(LEVELS, written, strict=True) if text is not None}

    def texts(self) -> dict[str, str]:
        """Every formula under its key, that for staff as well."""
        staff = {} if self.staff is None else {"staff": self.staff}
        return {f"level {level}": text for level, text in self.formulas().items()} | staff
