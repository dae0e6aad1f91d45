"""The forms of the live desk, made of what the interface takes: a command that it gets has its form at once."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, get_args

from rules.messages import Action
from warning.messages import CommandAction
from warning.web.api.asked import ABOUT_A_WARNING, Asked, Handover, Inform, Note, Rearm, Wording
from warning.web.api.word_api import Report, Word

_OTHERS: Mapping[CommandAction, tuple[str, type[Asked]]] = {
    CommandAction.REARM: ("zones/{about}/rearm", Rearm),
    CommandAction.INFORM: ("zones/{about}/inform", Inform),
    CommandAction.NOTE: ("shift/note", Note),
    CommandAction.HANDOVER: ("shift/handover", Handover),
}
#: What is asked for of a report, which is either of the two.
_REPORTS = {
    "report": ("station", "parameter", "value", "lasting", "reason"),
    "report-level": ("zone", "hazard", "level", "lasting", "reason"),
}
_READ_BACK = {CommandAction.CLEAR: {"zone"}}  # what a program may leave out, and a person may not


class Form(NamedTuple):
    """What to ask for, and where it is sent; ``{about}`` is the warning or the zone."""

    path: str
    says: dict[str, str]  # sent along unasked
    fields: list[dict[str, Any]]  # each with name, required and most


def forms() -> dict[str, Form]:
    """By name: of a command, or of what is told to the rules."""
    made = {
        action.value: Form(f"warnings/{{about}}/{action.value}", {}, _fields(model, _READ_BACK.get(action, ())))
        for action, model in ABOUT_A_WARNING.items()
    }
    made |= {action.value: Form(path, {}, _fields(model)) for action, (path, model) in _OTHERS.items()}
    made |= _words()
    return made | {"warn": made[Action.HOLD.value]}  # a warning without a gauge is a level that a hand holds


def _words() -> dict[str, Form]:
    made: dict[str, Form] = {}
    for model in get_args(get_args(Word)[0]):
        (action,) = get_args(model.model_fields["action"].annotation)
        fields = _fields(model)
        for name, asked in _REPORTS.items() if model is Report else [(action.value, ())]:
            chosen = [one | {"required": True} for one in fields if one["name"] in asked]
            made[name] = Form("words", {"action": action.value}, chosen or fields)
    return made


def _fields(model: type[Asked], also: Collection[str] = ()) -> list[dict[str, Any]]:
    """In the order of the model, the reason last."""
    schema = model.model_json_schema()["properties"]
    named = [name for name in model.model_fields if name != "action"]
    return [
        {
            "name": name,
            "required": model.model_fields[name].is_required() or name in also,
            "most": _longest(schema[name]),
        }
        for name in sorted(named, key=lambda name: name == "reason")
    ]


def _longest(schema: Mapping[str, Any]) -> int | None:
    found = [one["maxLength"] for one in (schema, *schema.get("anyOf", ())) if "maxLength" in one]
    return max(found, default=None)


def wording() -> list[dict[str, Any]]:
    """The parts of what is said in one language."""
    return _fields(Wording)
