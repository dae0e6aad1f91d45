"""The model file: how a station's stage is forecast, what it was fitted on and how well it did.

Plain JSON, written by ``floodbell fit``.
"""

from typing import Literal

import msgspec

from rules.forecasts.checks import lead_problems, trend_problems
from rules.forecasts.parts import LONGEST_GAP_STEPS, Data, Dropped, Lead, Part, Trend
from sensors.readings import Series
from sensors.units import MINUTE_MS


class ModelError(ValueError):
    """A model file that cannot be used; every mistake is in ``problems``, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ForecastRefused(ValueError):
    """A lead that the model does not have, or that was no better than persistence."""


class Model(Part, frozen=True):
    """Forecasts of one station's stage."""

    v: Literal[1]
    kind: Literal["arx", "damped"]
    station: str
    step_ms: int  # nominal step of the station's own stage
    floor_cm: float  # no forecast is below
    fitted_at: str
    data: Data
    dropped: tuple[Dropped, ...]
    trend: Trend | None
    leads: tuple[Lead, ...]

    @classmethod
    def load(cls, text: str | bytes) -> "Model":
        """Read a model file.

        Raises:
            ModelError: not JSON, a key missing, unknown or of another type, or a number without meaning.
        """
        try:
            model = msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ModelError([_plain(str(error))]) from error
        if problems := _problems(model):
            raise ModelError(problems)
        return model

    def dump(self) -> str:
        """The file's text.

        Raises:
            ModelError: ``load`` would refuse it.
        """
        text = msgspec.json.format(msgspec.json.encode(self).decode(), indent=1) + "\n"
        self.load(text)
        return text

    def lead(self, lead_ms: int) -> Lead:
        """What stands for a lead.

        Raises:
            ForecastRefused: the model has no such lead, or it was no better than persistence.
        """
        found = next((lead for lead in self.leads if lead.lead_ms == lead_ms), None)
        asked = f"{self.station}: a forecast at {_minutes(lead_ms)}"
        if found is None:
            known = ", ".join(_minutes(lead.lead_ms) for lead in self.leads)
            raise ForecastRefused(f"{asked} was not fitted, only {known}")
        if found.refused:
            raise ForecastRefused(f"{asked} is refused: {found.reason}")
        return found

    @property
    def series(self) -> tuple[Series, ...]:
        """Series that the forecasts read, the station's own stage first."""
        own = Series(self.station, "stage")
        return tuple(dict.fromkeys((own, *(feature.series for lead in self.leads for feature in lead.features))))

    @property
    def memory_ms(self) -> int:
        """How far back before a moment its readings are needed, gaps and rain steps included."""
        back = [self.step_ms] if self.trend is None else [self.step_ms, self.trend.memory_ms]
        for lead in self.leads:
            back += [one.lag_ms + one.span_ms + LONGEST_GAP_STEPS * one.step_ms for one in lead.features]
        return max(back)


def _problems(model: Model) -> list[str]:
    found = []
    if model.step_ms <= 0:
        found.append("step_ms: must be above 0")
    if (model.trend is not None) != (model.kind == "damped"):
        found.append("trend: belongs to the kind 'damped', and only there")
    if model.trend is not None:
        found += [f"trend.{problem}" for problem in trend_problems(model.trend)]
    if not model.leads:
        found.append("leads: there is none")
    if len({lead.lead_ms for lead in model.leads}) < len(model.leads):
        found.append("leads: one stands there twice")
    for place, lead in enumerate(model.leads):
        found += [f"leads[{place}].{problem}" for problem in lead_problems(lead, model.kind)]
    return found


def _plain(message: str) -> str:
    """``leads[0].lead_ms: Expected `int`, got `str``` from the reader's own words."""
    what, _, where = message.partition(" - at `$")
    return f"{where.rstrip('`').lstrip('.')}: {what}" if where else what


def _minutes(ms: int) -> str:
    return f"{ms / MINUTE_MS:g} min"
