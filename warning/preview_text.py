"""Forms laid out for a terminal: languages side by side where there is room, else one below the other."""

from collections.abc import Iterator, Sequence
from itertools import islice

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from notifiers.forms import Form
from notifiers.languages import NAMES
from notifiers.sizes import FormKind, Size
from warning.preview import Preview

COLUMN = 46  # characters that a language needs to be read beside another
_KIND_WIDTH = 8
_CALLED = {kind: kind.value for kind in FormKind} | {FormKind.EMAIL: "e-mail", FormKind.SMS: "SMS", FormKind.CAP: "CAP"}


def laid_out(found: Sequence[Preview], width: int) -> Group:
    """As many languages side by side as a width holds, and below them what is wrong."""
    beside = max(1, (width - _KIND_WIDTH) // COLUMN)
    remaining = iter(found)
    tables: list[RenderableType] = []
    while some := list(islice(remaining, beside)):
        tables.append(_table(some))
    return Group(*tables, *_verdict(found))


def _table(found: Sequence[Preview]) -> Table:
    table = Table(box=SIMPLE_HEAD, expand=True, show_lines=True, pad_edge=False)
    table.add_column("", width=_KIND_WIDTH, style="bold")
    for one in found:
        table.add_column(_head(one), ratio=1)
    for forms in zip(*(one.forms for one in found), strict=True):
        table.add_row(_CALLED[forms[0].kind], *(_cell(form) for form in forms))
    return table


def _head(found: Preview) -> Text:
    head = Text(f"{NAMES[found.language]} ({found.language})")
    if not found.reviewed:
        head.append("  translation not reviewed", style="yellow")
    return head


def _cell(form: Form) -> Text:
    cell = Text()
    if form.title:
        cell.append(form.title, style="bold")
        cell.append("\n")
    cell.append(form.text)
    cell.append("\n")
    cell.append(", ".join(_measured(form)), style="dim" if form.fits else "bold red")
    return cell


def _measured(form: Form) -> Iterator[str]:
    for number, size in enumerate(form.sizes):
        what = "title " if form.title and number == 0 else "per line " if form.kind is FormKind.SIGN else ""
        yield f"{what}{size_text(size)}"


def size_text(size: Size) -> str:
    """``151 of 160 septets, 1 part``"""
    said = f"{size.length} of {size.limit} {size.unit}"
    if size.unit in ("septets", "UCS-2 units"):
        said += f", {size.parts} part{'s' if size.parts > 1 else ''}"
    return f"{said}, not in GSM-7: {' '.join(size.foreign)}" if size.foreign else said


def _verdict(found: Sequence[Preview]) -> Iterator[Text]:
    faults = [str(finding) for one in found for finding in one.findings]
    for one in found:
        if one.borrowed:
            yield Text(f"{one.language}: not translated in {', '.join(one.borrowed)}", style="yellow")
    yield from (Text(fault, style="bold red") for fault in faults)
    yield Text(f"{len(faults)} things keep this from going out." if faults else "Nothing keeps this from going out.")


def show(found: Sequence[Preview], console: Console) -> None:
    """Print them."""
    console.print(laid_out(found, console.width))
