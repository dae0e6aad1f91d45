"""Questions to InfluxDB (Flux).

Fields of one point have one time. They are put together by time alone (pivot) and never by ``last()`` of
single fields, which may be of different points.
"""

from warning.stores.influx_lines import NEWEST_MS, NS_PER_MS, OLDEST_MS, plain

#: Everything that is overwritten in place has its time here, in one shard of the server.
STATE_FROM, STATE_UNTIL = 0, 1_000


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


def having(column: str, value: str) -> str:
    """Rows with a value in a column alone."""
    return f' |> filter(fn: (r) => r.{column} == "{plain(value)}")'


def single(field: str, *tags: str) -> str:
    """One field of the points with their times, in one table; no rows have to be put together."""
    kept = ", ".join(f'"{name}"' for name in ("_time", "_value", *tags))
    return f"{only(field)} |> keep(columns: [{kept}]) |> group()"


def sort(column: str, *, descending: bool = False, limit: int | None = None) -> str:
    """The order of rows, and how many."""
    most = "" if limit is None else f" |> limit(n: {limit})"
    return f' |> sort(columns: ["{column}"], desc: {str(descending).lower()}){most}'
