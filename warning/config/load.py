"""Reading a configuration file: every mistake at once, each with its place."""

from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from sensors.problems import Problem
from warning.config.complete import completed, resolved
from warning.config.crosscheck import cross_check
from warning.config.model import Config
from warning.config.places import place_of, problem_of


class ConfigError(Exception):
    """A configuration that cannot be used; the text names every place and mistake."""


class Loaded(NamedTuple):
    """A parsed file with the places of its keys."""

    name: str
    tree: CommentedMap


@dataclass(frozen=True)
class Source:
    """A file and what it says; two that say the same are the same."""

    path: Path = field(compare=False)
    content: bytes


def load(path: Path, overlay: Path | None = None) -> Config:
    """The configuration in a file, with another file's keys laid over it for an exercise.

    Reading and checking it takes a second, and a process asks for it several times before it is up: as long as
    the files say the same, they are read once.

    Raises:
        ConfigError: one line per mistake, ``config.yaml:41:7: stations.x.levels: must rise: …``.
    """
    layers = tuple(_source(layer) for layer in (path, overlay) if layer is not None)
    models = [model for layer in layers for model in _model_files(_tree(layer), path).values()]
    return _checked(layers, tuple(map(_said, models)))


@lru_cache(maxsize=4)
def _checked(layers: tuple[Source, ...], _models: tuple[bytes | None, ...]) -> Config:
    """What the files say, that of an exercise last; the models are there to be told apart by."""
    base, *over = map(_parsed, layers)
    for layer in over:
        _lay_over(base.tree, layer.tree)
    for station, model in _model_files(base.tree, layers[0].path).items():
        base.tree["forecasts"][station] = str(model)
    problems, config = _validate(base.tree)
    if config is not None:
        problems = [*problems, *_actual_release(config, exercise=bool(over))]
    if config is None or problems:
        lines = sorted({describe(problem, base) for problem in problems}, key=_by_place)
        raise ConfigError("\n".join(lines))
    return resolved(completed(config))


def parse(path: Path) -> Loaded:
    """Read YAML 1.2, keeping places; duplicate keys and broken syntax are errors."""
    return _parsed(_source(path))


def _source(path: Path) -> Source:
    try:
        return Source(path, path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _said(model: Path) -> bytes | None:
    """None where it cannot be read, which is a mistake with its place: see ``Config``."""
    try:
        return model.read_bytes()
    except OSError:
        return None


def _parsed(read: Source) -> Loaded:
    """A tree of its own, to lay another over."""
    return Loaded(str(read.path), deepcopy(_tree(read)))


@lru_cache(maxsize=4)
def _tree(read: Source) -> CommentedMap:
    path = read.path
    try:
        tree = YAML(typ="rt").load(StringIO(read.content.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise ConfigError(f"{place}: {(error.problem or 'not readable as YAML').splitlines()[0]}") from error
    if not isinstance(tree, CommentedMap):
        raise ConfigError(f"{path}:1:1: must be a mapping of sections: city, service, stations, …")
    return tree


def _lay_over(base: CommentedMap, over: Mapping[str, Any]) -> None:
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(base.get(key), CommentedMap):
            _lay_over(base[key], value)
        else:
            base[key] = value


def _model_files(tree: CommentedMap, config: Path) -> dict[str, Path]:
    """Model files of stations; they are meant from the folder of the configuration."""
    files = tree.get("forecasts")
    written = files.items() if isinstance(files, CommentedMap) else ()
    return {station: config.resolve().parent / file for station, file in written if isinstance(file, str)}


def _validate(tree: CommentedMap) -> tuple[list[Problem], Config | None]:
    known, unknown = _split_unknown(tree)
    try:
        config = Config.model_validate(known)
    except ValidationError as errors:
        problems = [*unknown, *(problem_of(tree, error) for error in errors.errors())]
        return [*problems, *cross_check(_pruned(known, problems), tree)], None
    return [*unknown, *cross_check(config, tree)], config


def _split_unknown(tree: CommentedMap) -> tuple[CommentedMap, list[Problem]]:
    """The file without its unknown keys, which are reported but hide no other mistake."""
    try:
        Config.model_validate(tree)
    except ValidationError as errors:
        unknown = [problem_of(tree, error) for error in errors.errors() if error["type"] == "extra_forbidden"]
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


def _pruned(tree: CommentedMap, problems: list[Problem]) -> Config:
    """What is left when the faulty parts are taken out, so that the rest is checked as well."""
    bad = {problem.path[:2] for problem in problems}
    parts = {}
    for section, info in Config.model_fields.items():
        with suppress(ValidationError):
            kind: TypeAdapter[Any] = TypeAdapter(info.annotation or Any)
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


def _by_place(line: str) -> tuple[str, int, int]:
    name, row, column, *_ = line.split(":")
    return name, int(row), int(column)
