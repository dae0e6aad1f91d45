"""Readers of recorded floods: a folder in, readings in order of arrival out."""

from sensors.records.opening import open_record
from sensors.records.record import Arrival, Record, RecordError

__all__ = ["Arrival", "Record", "RecordError", "open_record"]
