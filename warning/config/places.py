"""Where in a file a mistake is, and what it is called there."""

from collections.abc import Mapping
from typing import Any

from ruamel.yaml.comments import CommentedBase, CommentedMap, CommentedSeq

from sensors.problems import Problem, did_you_mean
from warning.config.fields import fields_at
from warning.config.model import Config


def problem_of(tree: CommentedMap, error: Mapping[str, Any]) -> Problem:
    """A mistake that pydantic found, at the key as written."""
    path = tuple(_existing_steps(tree, error["loc"]))
    message = str(error["msg"]).removeprefix("Value error, ")
    field, _, rest = message.partition(": ")
    if rest and field in fields_at(Config, path):  # a model's own rule names the key it is about
        path, message = (*path, field), rest
    kind = error["type"]
    if kind == "extra_forbidden":
        known = fields_at(Config, path[:-1])
        message = f"unknown key{did_you_mean(str(path[-1]), known)}"
    elif kind == "missing":
        message = "is missing"
    else:
        message = message[:1].lower() + message[1:]
    return Problem(path, message)


def _existing_steps(tree: Any, loc: tuple[str | int, ...]) -> list[str | int]:
    """The path as written in the file: pydantic's own steps for unions and keys are left out."""
    path: list[str | int] = []
    node = tree
    for place, step in enumerate(loc):
        last = place == len(loc) - 1
        if isinstance(node, CommentedMap) and (step in node or last):
            path.append(step)
            node = node.get(step)
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            path.append(step)
            node = node[step]
    return [step for step in path if step != "[key]"]


def place_of(tree: CommentedMap, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Line and column, from 0, of the deepest key of the path that the file has."""
    node: Any = tree
    place = (0, 0)
    for step in path:
        if not isinstance(node, CommentedBase) or not _has(node, step):
            break
        positions = node.lc.data or {}
        if step in positions:
            line, column = positions[step][:2]
            place = (line, column)
        node = node[step]  # type: ignore[index]
    return place


def _has(node: Any, step: str | int) -> bool:
    if isinstance(node, CommentedSeq):
        return isinstance(step, int) and step < len(node)
    return step in node
