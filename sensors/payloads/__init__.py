"""What a gauge sends, read into readings or refused with a reason; one module per format."""

from sensors.payloads.api import LONGEST_PAYLOAD, Decoded, Decoder, DeviceDecoder, Frame, PayloadError, Refusal
from sensors.payloads.devices import device_decoder, siblings
from sensors.payloads.own_json import JsonDecoder

__all__ = [
    "LONGEST_PAYLOAD",
    "Decoded",
    "Decoder",
    "DeviceDecoder",
    "Frame",
    "JsonDecoder",
    "PayloadError",
    "Refusal",
    "device_decoder",
    "siblings",
]
