"""Fitting forecasts to a recorded river, and saying how good they are."""

from simulations.fitting.data import FitError
from simulations.fitting.fit import Fit, fit_record
from simulations.fitting.prepare import Request

__all__ = ["Fit", "FitError", "Request", "fit_record"]
