"""The long form and the short one: which part of the flood, how many people, how many kills."""

from typing import NamedTuple

from sensors.units import MINUTE_MS
from simulations.play import Play, play_of
from simulations.synthetic import moment, synthetic
from tests.faults.city import WUPPERTAL
from warning.config.load import load


class Form(NamedTuple):
    """How much of it."""

    start: str  # of the play, day of July 2021 and time in UTC
    until: str
    people: int
    kills: int
    aimed_kills: int  # at deliveries; 0 for none
    broker_kills: int  # of each kind of broker; 0 for none
    targets: tuple[str, ...] = ()  # what is killed; empty: everything

    def play(self) -> Play:
        """The synthetic flood, cut."""
        return play_of(synthetic(), load(WUPPERTAL), moment(self.start), moment(self.until), 5 * MINUTE_MS)


#: By log: SQLite for everything, or Kafka with PostgreSQL and InfluxDB. Both play until all is over: the last
#: all-clear is at noon of 16 July.
LONG = {
    "sqlite": Form("14 09:00", "16 13:00", people=150, kills=200, aimed_kills=10, broker_kills=20),
    "kafka": Form("14 11:00", "16 13:00", people=50, kills=50, aimed_kills=0, broker_kills=0),
}
#: The same in a minute or two, as ``make test`` runs it: the hour in which level 3 comes.
SHORT = {
    "sqlite": Form("14 15:00", "14 16:35", people=10, kills=12, aimed_kills=0, broker_kills=1),
    "kafka": Form(
        "14 15:30",
        "14 16:10",
        people=5,
        kills=5,
        aimed_kills=0,
        broker_kills=0,
        targets=("influxdb", "kafka", "postgresql", "power", "worker"),
    ),
}
