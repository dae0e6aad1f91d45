"""What a fit gave, for people."""

from rich import box
from rich.table import Column, Table

from rules.forecasts import Model
from rules.forecasts.parts import Lead
from sensors.times import to_utc
from sensors.units import MINUTE_MS
from simulations.fitting.fit import KINDS, Fit, Kind
from simulations.fitting.travel import Travel
from simulations.fitting.unseen import Unseen

COLUMNS = ("lead", "model", "rmse cm", "persistence", "index", "in all", "moments", "Brier / persistence", "")
INDEX = "index: of persistence, in floods and at all moments; 0: no better than 'the level stays', 1: no error"


def score_table(fit: Fit, written: Kind) -> Table:
    """One row per lead and kind: errors at floods that the model was not fitted on."""
    model = fit.models[written]
    table = Table(
        *(Column(name, justify="left" if name in {"lead", "model", ""} else "right") for name in COLUMNS),
        title=f"{model.station}: forecasts of {model.data.events} floods over {model.data.event_cm:g} cm, "
        "each held out in its turn",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for place in range(len(model.leads)):
        for kind in KINDS:
            table.add_row(*_cells(fit.models[kind].leads[place], kind, "written" if kind == written else ""))
    return table


def remarks(fit: Fit, model: Model) -> list[str]:
    """What else has to be said: series left out, travel times, leads refused."""
    said = [INDEX]
    said += [f"not used: {one.station}/{one.parameter}: {one.reason}" for one in fit.models["arx"].dropped]
    said += [_travel(one) for one in fit.travel]
    said += [f"refused: {_minutes(lead.lead_ms)}: {lead.reason}" for lead in model.leads if lead.refused]
    peaks = ", ".join(f"{to_utc(event.start):%d %b %Y} {event.peak_cm:.0f} cm" for event in fit.events)
    return [*said, f"floods: {peaks}"]


def unseen_remarks(found: Unseen) -> list[str]:
    """What the model was worth on what came after."""
    if not found.floods:
        return ["unseen: no flood came after the readings it was fitted on"]
    return [
        f"unseen: {_minutes(lead)}: index {_index(score.pi)} at {score.n} moments of {found.floods} later flood(s)"
        for lead, score in found.scores.items()
    ]


def _cells(lead: Lead, kind: Kind, written: str) -> tuple[str, ...]:
    floods, every = lead.event_steps, lead.all_steps
    return (
        _minutes(lead.lead_ms),
        kind,
        f"{floods.rmse_cm:.2f}",
        f"{floods.persistence_rmse_cm:.2f}",
        _index(floods.pi),
        _index(every.pi),
        str(floods.n),
        "\n".join(f"{one.limit_cm:g} cm: {one.model:.4f} / {one.persistence:.4f}" for one in lead.brier),
        "refused" if lead.refused else written,
    )


def _travel(one: Travel) -> str:
    name = "/".join(one.series)
    lag = f"{_minutes(one.lag_steps * one.step_ms)} (correlation of changes {one.correlation:.2f})"
    return f"{name}: runs {lag} ahead" if one.told else f"{name}: no travel time: best lag {lag} is below two steps"


def _index(pi: float | None) -> str:
    return "–" if pi is None else f"{round(pi, 2) + 0.0:.2f}".replace("-", "−")


def _minutes(ms: int) -> str:
    return f"{ms / MINUTE_MS:g} min"
