"""Reading a configuration file: every mistake at once, each with its place."""

from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase, CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from sensors.problems import Problem, did_you_mean
from warning.config.complete import completed, resolved
from warning.config.crosscheck import cross_check
from warning.config.fields import fields_at
from warning.config.model import Config


class ConfigError(Exception):
    """A configuration that cannot be used; the text names every place and mistake."""


class Loaded(NamedTuple):
    """A parsed file with the places of its keys."""

    name: str
    tree: CommentedMap


def load(path: Path, overlay: Path | None = None) -> Config:
    """The configuration in a file, with another file's keys laid over it for an exercise.

    Raises:
        ConfigError: one line per mistake, ``config.yaml:41:7: stations.x.levels: must rise: …``.
    """
    base = parse(path)
    over = [parse(overlay)] if overlay else []
    for layer in over:
        _lay_over(base.tree, layer.tree)
    _resolve_forecasts(base.tree, path.resolve().parent)
    problems, config = _validate(base.tree)
    if config is not None:
        problems = [*problems, *_actual_release(config, exercise=overlay is not None)]
    if config is None or problems:
        lines = sorted({describe(problem, base) for problem in problems}, key=_by_place)
        raise ConfigError("\n".join(lines))
    return resolved(completed(config))


def parse(path: Path) -> Loaded:
    """Read YAML 1.2, keeping places; duplicate keys and broken syntax are errors."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text") from error
    try:
        tree = YAML(typ="rt").load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise ConfigError(f"{place}: {(error.problem or 'not readable as YAML').splitlines()[0]}") from error
    if not isinstance(tree, CommentedMap):
        raise ConfigError(f"{path}:1:1: must be a mapping of sections: city, service, stations, …")
    return Loaded(str(path), tree)


def _lay_over(base: CommentedMap, over: Mapping[str, Any]) -> None:
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(base.get(key), CommentedMap):
            _lay_over(base[key], value)
        else:
            base[key] = value


def _resolve_forecasts(tree: CommentedMap, base: Path) -> None:
    """Model files are meant from the folder of the configuration."""
    files = tree.get("forecasts")
    if isinstance(files, CommentedMap):
        for station, file in files.items():
            if isinstance(file, str):
                files[station] = str(base / file)


def _validate(tree: CommentedMap) -> tuple[list[Problem], Config | None]:
    known, unknown = _split_unknown(tree)
    try:
        config = Config.model_validate(known)
    except ValidationError as errors:
        problems = [*unknown, *(_problem(tree, error) for error in errors.errors())]
        return [*problems, *cross_check(_pruned(known, problems), tree)], None
    return [*unknown, *cross_check(config, tree)], config


def _split_unknown(tree: CommentedMap) -> tuple[CommentedMap, list[Problem]]:
    """The file without its unknown keys, which are reported but hide no other mistake."""
    try:
        Config.model_validate(tree)
    except ValidationError as errors:
        unknown = [_problem(tree, error) for error in errors.errors() if error["type"] == "extra_forbidden"]
        known = deepcopy(tree)
        for problem in unknown:
            parent = known
            for step in problem.path[:-1]:
                parent = parent[step]
            del parent[problem.path[-1]]
        return known, unknown
    return tree, []


def _actual_release(config: Config, *, exercise: bool) -> list[Problem]:
    """Levels 2 and 3 go out unseen only where nobody can be reached: in an exercise."""
    if exercise:
        return []
    return [
        Problem(("warnings", "release", f"level {level}"), "must be released by 'one person' outside of exercises")
        for level in (2, 3)
        if config.warnings.release.automatic(level)
    ]


def _problem(tree: CommentedMap, error: Mapping[str, Any]) -> Problem:
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


def _pruned(tree: CommentedMap, problems: list[Problem]) -> Config:
    """What is left when the faulty parts are taken out, so that the rest is checked as well."""
    bad = {problem.path[:2] for problem in problems}
    parts = {}
    for section, field in Config.model_fields.items():
        with suppress(ValidationError):
            kind: TypeAdapter[Any] = TypeAdapter(field.annotation or Any)
            parts[section] = kind.validate_python(_without(section, tree.get(section), bad))
    return Config.model_construct(**parts)


def _without(section: str, node: Any, bad: set[tuple[str | int, ...]]) -> Any:
    if isinstance(node, CommentedMap):
        return {key: value for key, value in node.items() if (section, key) not in bad}
    if isinstance(node, CommentedSeq):
        return [value for place, value in enumerate(node) if (section, place) not in bad]
    return node


def describe(problem: Problem, loaded: Loaded) -> str:
    """``config.yaml:41:7: stations.kluserbruecke.levels: must rise: …``"""
    line, column = place_of(loaded.tree, problem.path)
    dotted = ".".join(str(step) for step in problem.path)
    return f"{loaded.name}:{line + 1}:{column + 1 + problem.column}: {dotted or 'file'}: {problem.message}"


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


def _by_place(line: str) -> tuple[str, int, int]:
    name, row, column, *_ = line.split(":")
    return name, int(row), int(column)
