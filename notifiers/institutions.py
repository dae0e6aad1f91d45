"""Places full of people who need help to get away: told like recipients, and they have to say that they know."""

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from notifiers.spec import Recipient
from sensors.stations import Text

Kind = Literal["care-home", "hospital", "school", "kindergarten", "camp-site"]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()/-]{2,22}$")]

#: From this level on they have to acknowledge.
FROM_LEVEL = 2


class Institution(Recipient):
    """One of them, with whom to call where nothing comes back."""

    name: Text
    kind: Kind
    contact: Text  # who answers the telephone
    phone: Phone  # for people who call
    people_in_need: int = Field(ge=0)  # who cannot get away by themselves
    from_level: int = Field(default=1, ge=1, le=3)

    @property
    def dialled(self) -> str:
        """The number as a telephone takes it."""
        return re.sub(r"[^+0-9]", "", self.phone)


def most_in_need_first(institutions: Iterable[Institution]) -> list[Institution]:
    """In the order in which they are called."""
    return sorted(institutions, key=lambda one: (-one.people_in_need, one.name))
