"""Which keys a place in the configuration may have."""

from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel


def fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> set[str]:
    """Keys, as written in the file, that are allowed under ``path``."""
    kinds: list[Any] = [model]
    for step in path:
        kinds = [inner for kind in kinds for inner in _under(kind, step)]
    return {
        field.alias or name
        for kind in kinds
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name, field in kind.model_fields.items()
    }


def _under(kind: Any, step: str | int) -> list[Any]:
    """The types that may stand under one key of a type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        found = [field.annotation for name, field in kind.model_fields.items() if step in (name, field.alias)]
        return [inner for annotation in found for inner in _alternatives(annotation)]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is dict:
        return _alternatives(arguments[1])
    if origin in (tuple, list):
        return _alternatives(arguments[0])
    return []


def _alternatives(kind: Any) -> list[Any]:
    """A union's members; whatever else, itself; annotations taken off."""
    if hasattr(kind, "__metadata__"):
        return _alternatives(kind.__origin__)
    if get_origin(kind) in (Union, UnionType):
        return [inner for member in get_args(kind) for inner in _alternatives(member)]
    return [kind]
