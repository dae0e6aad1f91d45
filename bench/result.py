"""One figure beside its peer's."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """``ours`` and ``peer`` in ``unit``; the peer did the same work in the same run."""

    name: str
    ours: float
    peer: float | None
    unit: str
    notes: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's."""
        return None if self.peer is None else self.ours / self.peer

    def as_dict(self) -> dict[str, Any]:
        """For the results file."""
        return asdict(self) | {"ratio": self.ratio}
