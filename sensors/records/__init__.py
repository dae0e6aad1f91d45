"""Readers of recorded floods: a folder in, readings in order of arrival out."""

from sensors.records.floodnet import Detection, Label, read_detections
from sensors.records.opening import open_record
from sensors.records.record import Arrival, Record, RecordError

__all__ = ["Arrival", "Detection", "Label", "Record", "RecordError", "open_record", "read_detections"]
