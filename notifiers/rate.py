"""What a provider takes per second."""

from dataclasses import dataclass

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """Messages per second on the long run, and how many at once after a rest."""

    per_second: float
    burst: int = 1

    @property
    def each_us(self) -> float:
        """For how long one message uses the rate, microseconds."""
        return SECOND_US / self.per_second

    @property
    def most_us(self) -> float:
        """How far ahead a burst may use it, microseconds."""
        return self.burst * self.each_us
