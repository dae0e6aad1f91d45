"""Numbers in a model file that have no meaning."""

import itertools

from rules.forecasts.parts import Lead, Trend


def trend_problems(trend: Trend) -> list[str]:
    """What is wrong with a trend, if anything."""
    found = [f"{name}: must be above 0" for name in ("q", "sigma_cm", "memory_ms") if getattr(trend, name) <= 0]
    return found if 0 < trend.phi <= 1 else [*found, "phi: must be above 0 and at most 1"]


def lead_problems(lead: Lead, kind: str) -> list[str]:
    """What is wrong with a lead of a model of this kind, if anything."""
    found = [] if lead.lead_ms > 0 else ["lead_ms: must be above 0"]
    if bool(lead.features) != (kind == "arx"):
        found.append("features: belong to the kind 'arx', and only there")
    if lead.refused and not lead.reason:
        found.append("reason: says why a lead is refused")
    for place, one in enumerate(lead.features):
        if one.lag_ms < 0 or one.span_ms <= 0 or one.step_ms <= 0:
            found.append(f"features[{place}]: lag_ms may not be negative, span_ms and step_ms must be above 0")
    spreads = {"rising": lead.spread.rising, "falling": lead.spread.falling}
    found += [f"spread.{name}: {problem}" for name, rows in spreads.items() if (problem := _spread_problem(rows))]
    return found


def _spread_problem(rows: tuple[tuple[float, float], ...]) -> str:
    if len(rows) < 2:
        return "needs two quantiles or more"
    probabilities, residuals = zip(*rows, strict=True)
    if probabilities[0] <= 0 or probabilities[-1] >= 1:
        return "probabilities lie between 0 and 1"
    if any(late <= early for early, late in itertools.pairwise(probabilities)):
        return "probabilities must rise"
    if any(late < early for early, late in itertools.pairwise(residuals)):
        return "residuals may not fall"
    return ""
