"""The Aire through Leeds, April to October 2025: a live feed as somebody saw it who asked now and then.

The Environment Agency's flood-monitoring interface, asked every 20 to 60 minutes for the latest
reading of three gauges (Open Government Licence v3). It is the one record that knows when a reading
arrived: ``fetched_at``, the time of asking.

- About half of the 15-minute readings never arrive, for nobody asked in time; others arrive again and
  again. Both are kept: what a polled feed repeats has to be recognised by who receives it.
- A gauge that died looks alive: Apperley Bridge repeated its reading of 6 June 2025, 09:00 UTC, for
  29 days and was then left out until 18 September.
- Knostrop reads 4.183 m on 3 October 2025, 20:00 UTC, between readings of 19.7 m, and Apperley Bridge
  falls to -9.6 cm. They are passed through: finding faults is the quality control's work.
"""

from pathlib import Path

from sensors.problems import did_you_mean
from sensors.readings import Reading, Series
from sensors.records.record import Arrival, Record, record_of_arrivals
from sensors.records.tables import parsed
from sensors.records.values import instant, measured
from sensors.units import convert

SNAPSHOTS = "aire_polled_snapshots.csv.gz"
HEADER = ("fetched_at", "station_id", "station_name", "river", "timestamp", "value", "status")

#: What each gauge calls zero, in metres of what it reports. Apperley Bridge reports above its own
#: gauge zero. The two in the city report above Ordnance Datum (sea level), and neither file nor source
#: names their zeros: these are the lowest stage of the record, the 4.183 m apart, down to the whole
#: decimetre. Stages are thus comparable within this record alone, not with anybody's marks.
ZERO_M = {"L1602": 0.0, "L1707A": 22.2, "L1705A": 19.5}


def read_leeds(folder: Path, lag_ms: int) -> Record:
    """Stages of ``aire-l1602`` and so on; each arrived ``lag_ms`` after somebody asked for it.

    Raises:
        RecordError: the file is not as described, or has a station whose zero is not known.
    """
    rows = parsed(folder / SNAPSHOTS, HEADER, _arrival)
    return record_of_arrivals("leeds-aire-2025", (Arrival(at + lag_ms, reading) for at, reading in rows))


def _arrival(row: list[str]) -> Arrival:
    fetched_at, station, _, _, timestamp, value, _ = row
    if station not in ZERO_M:
        raise ValueError(f"unknown station {station!r}{did_you_mean(station, ZERO_M)}: its zero is not known")
    series = Series(f"aire-{station.lower()}", "stage")
    return Arrival(instant(fetched_at), Reading(series, instant(timestamp), _stage_cm(value, ZERO_M[station])))


def _stage_cm(metres: str, zero_m: float) -> float | None:
    return convert(measured(metres) - zero_m, "m", "cm") if metres.strip() else None
