"""Conditions, zone × hazard: the state machine, what lies over it, and what people may tell it."""

from rules.conditions.condition import (
    ACTIVE,
    NO_DATA,
    NORMAL,
    PENDING,
    RECOVERING,
    STALE,
    Condition,
    Hand,
    LevelState,
    Silence,
    by_rules,
    confirmed,
    held,
    quiet,
    raised,
    settled,
    spoken_for,
)
from rules.conditions.machine import step
from rules.conditions.moment import LevelView, Moment, Times
from rules.conditions.overlays import called, overlays
from rules.conditions.told import told

__all__ = [
    "ACTIVE",
    "NORMAL",
    "NO_DATA",
    "PENDING",
    "RECOVERING",
    "STALE",
    "Condition",
    "Hand",
    "LevelState",
    "LevelView",
    "Moment",
    "Silence",
    "Times",
    "by_rules",
    "called",
    "confirmed",
    "held",
    "overlays",
    "quiet",
    "raised",
    "settled",
    "spoken_for",
    "step",
    "told",
]
