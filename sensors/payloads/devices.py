"""Which decoder reads a device's messages."""

from collections.abc import Mapping

from sensors.payloads import chirpstack, things_stack
from sensors.payloads.api import DeviceDecoder
from sensors.payloads.lorawan import LorawanDecoder
from sensors.payloads.senml import SenmlDecoder
from sensors.payloads.spec import Foreign, Senml, Uplink
from sensors.readings import Series

UPLINKS = {"chirpstack": chirpstack.read, "things_stack": things_stack.read}
#: How the topics of uplinks end; + is the device.
TAILS = {"chirpstack": ("device", "+", "event", "up"), "things_stack": ("devices", "+", "up")}


def device_decoder(sensors: Mapping[Series, Foreign]) -> DeviceDecoder:
    """For the series on one topic, which all name the same format.

    Raises:
        ValueError: no series, or several formats; the configuration's checks refuse that before.
    """
    formats = {spec.format for spec in sensors.values()}
    if len(formats) != 1:
        raise ValueError(f"a topic has one format, not {len(formats)}: {', '.join(sorted(formats))}")
    uplinks = {series: spec for series, spec in sensors.items() if isinstance(spec, Uplink)}
    if uplinks:
        return LorawanDecoder(UPLINKS[formats.pop()], uplinks)
    return SenmlDecoder({series: spec for series, spec in sensors.items() if isinstance(spec, Senml)})


def siblings(topic: str, payload: Foreign | None) -> str | None:
    """A filter for the uplinks of every device of the same application.

    Beside them a network server publishes joins, acknowledgements and states of the same devices,
    which are no readings. None for other formats, and topics that a bridge has named otherwise.
    """
    tail = () if payload is None else TAILS.get(payload.format, ())
    levels = topic.split("/")
    head, own = levels[: -len(tail)], levels[-len(tail) :]
    if not tail or not head or any(want not in ("+", level) for want, level in zip(tail, own, strict=False)):
        return None
    return "/".join((*head, *tail))
