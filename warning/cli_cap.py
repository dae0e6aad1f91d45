"""``floodbell cap``: judge messages of anybody, and make a key for one's own."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from notifiers.cap.finding import Finding, Severity
from notifiers.cap.identity import BadIdentity, certificate_of
from notifiers.cap.judge import Judged, judge
from notifiers.cap.lint import Profile
from notifiers.cap.reading import LARGEST_BYTES
from notifiers.texts import clean
from warning.cli_common import refuse
from warning.config.load import ConfigError, load
from warning.signing import Signer, make_missing
from warning.world import live

cap_app = typer.Typer(
    name="cap", help="CAP messages: check those of anybody, make the key for one's own.", no_args_is_help=True
)
out = Console(highlight=False, soft_wrap=True)

STDIN = "-"
UNUSABLE = 2  # the command itself, or a file that cannot be read
SHOWN = 400  # characters of a finding, which may quote the message
STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
ALL = list(Profile)


@cap_app.command()
def validate(
    files: Annotated[list[str], typer.Argument(help="Files with one message each; - is standard input.")],
    profile: Annotated[
        list[Profile], typer.Option(help="Whose rules hold beside those of OASIS; may be given often.")
    ] = ALL,
    certificate: Annotated[
        Path | None, typer.Option(help="The sender's certificate (PEM): the signature has to be theirs.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON array instead of text.")] = False,
) -> None:
    """Check messages: form, schema, rules, signature. Exits 1 where an error is found, 2 where a file cannot be read.

    Warnings are told and leave the message valid.
    """
    try:
        expected = None if certificate is None else certificate_of(certificate.read_bytes())
        judged = judge([(file, _content(file)) for file in files], profile, expected)
    except (BadIdentity, OSError) as error:
        raise refuse(_told(error, certificate), UNUSABLE) from error
    if json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(judged)) + b"\n")
        sys.stdout.buffer.flush()
    else:
        for each in judged:
            _show(each)
    if not all(each.valid for each in judged):
        raise typer.Exit(1)


@cap_app.command()
def key(
    config: Annotated[Path, typer.Option("--config", "-c", help="The city's configuration file.")] = Path(
        "config.yaml"
    ),
) -> None:
    """Make the signing key and a certificate for it where they are missing; what is there stays as it is.

    Both go to the files that service.cap_signing names. The certificate is signed with the key itself: receivers
    have to be given it, or its fingerprint, which is printed.
    """
    try:
        city, place = load(config), live(config).signing
        if place is None:
            raise refuse(f"{config}: service: has no cap_signing; write there which files key and certificate are")
        name = city.issuer.authority if city.issuer else city.city.name
        made = make_missing(place, name, datetime.now(UTC).replace(microsecond=0))
        who = Signer(place, os.environ).identity()
    except (ConfigError, BadIdentity, OSError) as error:
        raise refuse(str(error)) from error
    for path in made:
        out.print(f"made {path}", markup=False)
    if not made:
        out.print(f"nothing is missing: {place.key}, {place.certificate_file}", markup=False)
    out.print(f"certificate of {who.certificate.subject.rfc4514_string()}, until {who.expires:%Y-%m-%d}", markup=False)
    out.print(f"SHA-256 fingerprint {who.fingerprint}", markup=False)


def _content(file: str) -> bytes:
    """At most one byte more than is read, however large the file is."""
    if file == STDIN:
        return sys.stdin.buffer.read(LARGEST_BYTES + 1)
    with Path(file).open("rb") as opened:
        return opened.read(LARGEST_BYTES + 1)


def _told(error: Exception, certificate: Path | None) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: cannot be read: {error.strerror}"
    return f"{certificate}: {error}"


def _show(judged: Judged) -> None:
    verdict = Text("valid", "green") if judged.valid else Text("not valid", "bold red")
    signed = judged.signature
    by = (
        ""
        if signed is None
        else f", signed by {_plain(signed.subject)}{'' if signed.trusted else ' (as it says itself)'}"
    )
    unsigned = ", not signed" if signed is None and judged.unsigned else ""
    out.print(Text.assemble(f"{judged.file}: ", verdict, f"{by}{unsigned}"))
    for finding in judged.findings:
        out.print(_line(judged.file, finding))


def _line(file: str, finding: Finding) -> Text:
    place = f"{file}:{finding.line}" if finding.line else file
    where = f"{finding.path}: " if finding.path else ""
    rule = f" [{finding.profile}/{finding.rule}]"
    return Text.assemble(
        f"{place}: ", Text(finding.severity.value, STYLES[finding.severity]), f": {where}{_plain(finding.text)}{rule}"
    )


def _plain(text: str) -> str:
    """Without anything that a terminal obeys; who wrote the message is not known. What is long is cut."""
    told = clean(text)
    return told if len(told) <= SHOWN else f"{told[:SHOWN]}…"
