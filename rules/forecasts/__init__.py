"""Forecasts of a station's stage at a lead: the model file, and the arithmetic that reads it."""

from rules.forecasts.evaluate import Forecast, Readings, chance, forecast
from rules.forecasts.model import ForecastRefused, Model, ModelError
from rules.forecasts.parts import Lead

__all__ = ["Forecast", "ForecastRefused", "Lead", "Model", "ModelError", "Readings", "chance", "forecast"]
