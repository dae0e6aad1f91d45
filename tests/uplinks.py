"""Messages of foreign formats as their documentation shows them, with the parts that matter given, and a
city whose gauges send them."""

import json
from pathlib import Path

from ruamel.yaml import YAML

AT = 1626278400000  # 2021-07-14T16:00:00Z
STAMP = "2021-07-14T16:00:00.123456789Z"
CHIRPSTACK_TOPIC = "application/ae7c1f1e/device/24e124713b492758/event/up"
THINGS_STACK_TOPIC = "v3/gauges@ttn/devices/barmen-1/up"
SENML_TOPIC = "senml/beyenburg"
SENML_NAME = "urn:dev:ow:10e2073a01080063:level"
#: Laid over the shipped city: level and rain in one uplink at Leimbach, and one gauge of each other format.
OVERLAY = {
    "stations": {
        "leimbach": {
            "sensors": {
                "stage": {
                    "topic": CHIRPSTACK_TOPIC,
                    "payload": {
                        "format": "chirpstack",
                        "field": "distance",
                        "unit": "mm",
                        "measures": "distance",
                        "age": {"field": "age", "unit": "s"},
                        "mount": [{"from": "2021-01-01", "height": "412 cm"}],
                    },
                },
                "rain": {
                    "step": "5 min",
                    "resolution": "0.2 mm",
                    "span": ["0 mm", "60 mm"],
                    "topic": CHIRPSTACK_TOPIC,
                    "payload": {"format": "chirpstack", "field": "rain", "unit": "mm", "measures": "value"},
                },
            }
        },
        "barmen": {
            "sensors": {
                "rain": {
                    "topic": THINGS_STACK_TOPIC,
                    "payload": {"format": "things_stack", "field": "rain.mm", "unit": "mm", "measures": "value"},
                }
            }
        },
        "beyenburg": {
            "sensors": {
                "stage": {
                    "topic": SENML_TOPIC,
                    "payload": {"format": "senml", "name": SENML_NAME, "measures": "value"},
                }
            }
        },
    }
}


def overlay(folder: Path) -> Path:
    """``OVERLAY`` as a file."""
    path = folder / "payloads.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(OVERLAY, file)
    return path


def chirpstack(fields: object, *, at: str = "2021-07-14T16:00:00.123456+00:00", frame: int | None = 7) -> bytes:
    """An uplink event of ChirpStack v4; ``frame`` None leaves the counter out, as old versions do for 0."""
    event = {
        "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
        "time": at,
        "deviceInfo": {
            "tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
            "tenantName": "City",
            "applicationId": "ae7c1f1e-87a0-4b8f-9d63-0d1c7d1b1f53",
            "applicationName": "gauges",
            "deviceProfileId": "14855bf7-d10d-4aee-b618-ebfcb64dc7ad",
            "deviceProfileName": "ultrasonic",
            "deviceName": "leimbach-1",
            "devEui": "24e124713b492758",
            "tags": {"river": "Leimbach"},
        },
        "devAddr": "00189440",
        "adr": True,
        "dr": 1,
        "fCnt": frame,
        "fPort": 85,
        "confirmed": True,
        "data": "A4IAB6w=",
        "object": fields,
        "rxInfo": [
            {"gatewayId": "0016c001f153a14c", "uplinkId": 4217106255, "rssi": -36, "snr": 10.5, "location": {}},
            {"gatewayId": "0016c001f153a14d", "uplinkId": 4217106256, "rssi": -97, "snr": -3.0, "location": {}},
        ],
        "txInfo": {"frequency": 867100000, "modulation": {"lora": {"bandwidth": 125000, "spreadingFactor": 11}}},
    }
    return json.dumps({key: value for key, value in event.items() if (key, value) != ("fCnt", None)}).encode()


def things_stack(fields: object, *, at: str = STAMP, frame: int = 7, simulated: bool = False) -> bytes:
    """An uplink message of The Things Stack v3, which leaves out what is empty, 0 or false."""
    uplink = {
        "session_key_id": "AXA50lHUSQ1Fa0Mm8mFh1w==",
        "f_port": 85,
        "f_cnt": frame,
        "frm_payload": "A4IAB6w=",
        "decoded_payload": fields,
        "rx_metadata": [{"gateway_ids": {"gateway_id": "gtw1"}, "time": at, "rssi": -35, "snr": 5.2}],
        "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}}, "frequency": "868300000"},
        "received_at": at,
        "confirmed": True,
        "consumed_airtime": "0.056576s",
    }
    message = {
        "end_device_ids": {"device_id": "barmen-1", "application_ids": {"application_id": "gauges"}},
        "correlation_ids": ["as:up:01E0WZGT6Y7657CPFPE5WEYDSQ"],
        "received_at": "2021-07-14T16:00:01.999999999Z",
        "uplink_message": {key: value for key, value in uplink.items() if value not in (None, 0)},
        "simulated": simulated,
    }
    return json.dumps({key: value for key, value in message.items() if value is not False}).encode()


def senml(*records: dict[str, object]) -> bytes:
    """A SenML pack."""
    return json.dumps(records).encode()
