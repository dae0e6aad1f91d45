"""How the worker's Faust app is set up, and why."""

from pathlib import Path
from typing import Any

import faust

from warning.log import transport
from warning.log.api import LIMIT_BYTES
from warning.log.urls import LogUrl

GROUP = "floodbell"


def make_app(url: str, address: LogUrl, partitions: int, data_dir: Path, session_timeout_s: float) -> faust.App:
    """An app that only consumes, and reads tables back; all that is written goes through ``Log``."""
    transport.register()
    return faust.App(
        f"{address.prefix}{GROUP}",
        broker=f"kafka-log://{address.servers}" if address.scheme == "kafka" else url,
        store="memory://",
        datadir=str(data_dir),
        web_enabled=False,
        topic_partitions=partitions,
        topic_allow_declare=False,  # created by the log, with their limits, before the app joins
        topic_disable_leader=True,
        table_standby_replicas=0,  # with 1, a partition that comes back has lost its keys
        stream_wait_empty=True,  # a batch is finished before its partitions go
        stream_recovery_delay=0.0,
        stream_buffer_maxsize=4096,
        **_broker_settings(session_timeout_s),
    )


def _broker_settings(session_timeout_s: float) -> dict[str, Any]:
    return {
        "broker_session_timeout": session_timeout_s,
        "broker_heartbeat_interval": session_timeout_s / 3,
        "broker_request_timeout": max(40.0, 2 * session_timeout_s),
        "broker_rebalance_timeout": 30.0,
        "broker_max_poll_interval": 300.0,
        "consumer_max_fetch_size": LIMIT_BYTES,
        "producer_max_request_size": LIMIT_BYTES,
        "producer_acks": -1,
        "consumer_auto_offset_reset": "earliest",
    }
