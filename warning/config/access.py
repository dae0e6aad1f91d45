"""What the law asks a public body to state about its pages: the city's own words."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator

from notifiers.spec import PerLanguage
from sensors.stations import Frozen, Text


def _shown_by_browsers(name: str) -> str:
    if not name.endswith((".mp4", ".webm")):
        raise ValueError("must be a film that browsers show: .mp4 or .webm")
    return name


class AccessibilitySpec(Frozen):
    """The statement; its form is that of the Implementing Decision (EU) 2018/1523."""

    body: Text  # who answers for the pages, with address
    law: Text  # by which the statement is made
    conforms: Literal["fully", "partly", "not"]
    gaps: tuple[PerLanguage, ...] = ()  # what is not accessible yet, and why
    assessed: Literal["by the city", "by others"]
    stated: date  # when the statement was made, or last looked at
    contact: Text  # where barriers are told: an address of mail or of a form
    arbitration: Text  # who helps where the city does not answer, with address
    #: What the service is about in sign language; a file, meant from the folder of the configuration.
    video: Annotated[Text, AfterValidator(_shown_by_browsers)] | None = None
