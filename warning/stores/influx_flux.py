"""Questions to InfluxDB (Flux), and readings out of the answers.

Fields of one point have one time. Rows are therefore put together by time alone (pivot) and never by
``last()`` of single fields, which may be of different points.
"""

from collections.abc import Mapping

import msgspec

from sensors.readings import Flag
from warning.stores.history import HistoryUnavailable, Point
from warning.stores.influx_lines import NEWEST_MS, NS_PER_MS, OLDEST_MS, Value, ms_of, plain

#: Everything that is overwritten in place has its time here, in one shard of the server.
STATE_FROM, STATE_UNTIL = 0, 1_000
_SIGNALS = msgspec.json.Decoder(dict[str, float | None])


def points(bucket: str, measurement: str, span: tuple[int, int], **tags: str | None) -> str:
    """Points with ``span[0] <= time < span[1]``, ms; a tag that is None is not asked for."""
    begin, end = (min(max(at, OLDEST_MS), NEWEST_MS) for at in span)
    if end <= begin:  # Flux calls this a mistake
        measurement, end = "nothing", begin + 1
    wanted = "".join(f' and r.{name} == "{plain(value)}"' for name, value in tags.items() if value is not None)
    times = f"start: time(v: {begin * NS_PER_MS}), stop: time(v: {end * NS_PER_MS})"
    return (
        f'from(bucketID: "{bucket}") |> range({times}) |> filter(fn: (r) => r._measurement == "{measurement}"{wanted})'
    )


def only(*fields: str) -> str:
    """Some fields of the points alone."""
    wanted = " or ".join(f'r._field == "{name}"' for name in fields)
    return f" |> filter(fn: (r) => {wanted})"


def rows(*columns: str) -> str:
    """One row for each point, in one table, with these columns."""
    kept = ", ".join(f'"{name}"' for name in columns)
    pivot = 'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")'
    return f" |> {pivot} |> group() |> keep(columns: [{kept}])"


def sort(column: str, *, descending: bool = False, limit: int | None = None) -> str:
    """The order of rows, and how many."""
    most = "" if limit is None else f" |> limit(n: {limit})"
    return f' |> sort(columns: ["{column}"], desc: {str(descending).lower()}){most}'


READING = ("_time", "value", "known", "flag", "doubt", "signals")


def of_point(point: Point) -> dict[str, Value]:
    """A reading as fields. ``known`` says whether there is a value: one of an earlier arrival may remain."""
    return {
        "value": None if point.value is None else float(point.value),
        "known": point.value is not None,
        "flag": int(point.flag),
        "doubt": int(point.doubt),
        "signals": msgspec.json.encode(point.signals).decode(),
    }


def reading(row: Mapping[str, str], at: int | None = None) -> Point:
    """A reading from a row of ``READING``.

    Raises:
        HistoryUnavailable: its value is not there, because somebody else has written one of another type.
    """
    known, text = row["known"] == "true", row.get("value", "")
    if known and not text:
        raise HistoryUnavailable(f"a reading of {row['_time']} has lost its value: others write to this bucket")
    value = float(text) if known else None
    when = ms_of(row["_time"]) if at is None else at
    return Point(when, value, Flag(int(row["flag"])), _SIGNALS.decode(row["signals"]), int(row["doubt"]))
