"""The topics a configured city needs."""

from datetime import timedelta

from warning.config.model import Config
from warning.log.api import Topic
from warning.log.topics import topics

ASSESSMENTS_KEPT = timedelta(days=7)


def topics_of(config: Config) -> list[Topic]:
    """All topics, with the retention the configuration asks for."""
    kept = timedelta(milliseconds=config.service.observations_kept)
    return topics(config.service.partitions, kept, ASSESSMENTS_KEPT)
