"""The topics of the product and how long each is kept."""

from datetime import timedelta

from warning.log.api import Topic

OBSERVATIONS = "observations"
REJECTED = "observations.rejected"
ASSESSMENTS = "assessments"
EVENTS = "events"
WARNINGS = "warnings"
DEAD_LETTERS = "dead.letters"
STATUS = "status"  # the last report of each process


def changelog_of(stage: str) -> str:
    """The compacted topic that holds a stage's checkpoints."""
    return f"{stage}.changelog"


def topics(partitions: int, observations_kept: timedelta, assessments_kept: timedelta) -> list[Topic]:
    """All of them with the same number of partitions, as one worker owns the same numbers everywhere."""
    days, week = (int(kept / timedelta(milliseconds=1)) for kept in (observations_kept, assessments_kept))
    return [
        Topic(OBSERVATIONS, partitions, kept_ms=days),
        Topic(REJECTED, partitions, kept_ms=days),
        Topic(ASSESSMENTS, partitions, kept_ms=week),
        Topic(EVENTS, partitions),
        Topic(WARNINGS, partitions),
        Topic(DEAD_LETTERS, partitions),
        Topic(STATUS, partitions, compacted=True),
        Topic(changelog_of("assess"), partitions, compacted=True),
        Topic(changelog_of("steward"), partitions, compacted=True),
    ]
