"""Bytewax: one worker, state in memory. ``python -m bench.peers.wax BROKER SOURCE TARGET SLOPE FOLDER``."""

import sys
from typing import Any

import bytewax.operators as op
import msgspec
from bytewax.connectors.kafka import KafkaSinkMessage
from bytewax.connectors.kafka import operators as kop
from bytewax.dataflow import Dataflow
from bytewax.testing import cluster_main

from bench.peers.arithmetic import SLOPES, Points, assess

Memory = dict[str, Points]

BATCH = 100  # of the default of 1,000 too few would be seen on their way


def main(broker: str, source: str, target: str, slope: str, _: str) -> None:
    """Work until told to stop."""

    def step(memory: Memory | None, block: dict[str, Any]) -> tuple[Memory, bytes]:
        memory = {} if memory is None else memory
        points = memory
        result = assess(block, lambda name: points.setdefault(name, []), SLOPES[slope])
        return memory, msgspec.json.encode(result)

    flow = Dataflow("floods")
    read = kop.input("read", flow, brokers=[broker], topics=[source], batch_size=BATCH)
    keyed = op.map("decode", read.oks, lambda message: (message.key.decode(), msgspec.json.decode(message.value)))
    done = op.stateful_map("assess", keyed, step)
    sent = op.map("encode", done, lambda pair: KafkaSinkMessage(pair[0].encode(), pair[1]))
    kop.output("write", sent, brokers=[broker], topic=target)
    cluster_main(flow, [], 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
