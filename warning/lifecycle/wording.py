"""What a person has written is looked through before it may go out. Templates are, before the service starts."""

from notifiers.content import ContentError
from notifiers.sizes import FormKind
from notifiers.wording_lint import Finding, lint
from warning.lifecycle.release import revision_of
from warning.lifecycle.result import Refused
from warning.lifecycle.scene import Scene
from warning.lifecycle.state import Draft, WarningNow


def refuse_unfit(warning: WarningNow, draft: Draft, scene: Scene) -> None:
    """Let a draft pass that the rules wrote, or whose words fit every kind of channel.

    Nothing that goes out by itself comes by here: at night nobody could make it fit. A draft that worsens drops its
    words, so that what a person wrote about less can hold nothing up.

    Raises:
        Refused: what a person wrote does not fit; the text names each place and fault.
    """
    if found := [str(one) for one in _faults(warning, draft, scene)]:
        short = any(one.startswith(FormKind.SMS.value) for one in found)
        advice = "; say what to do in few words as the short form" if short else ""
        raise Refused(f"it cannot go out as it is written: {'; '.join(found)}. Write it anew{advice}, or discard it")


def _faults(warning: WarningNow, draft: Draft, scene: Scene) -> list[Finding]:
    """What is wrong with a person's words, in the languages in which there are any."""
    content = scene.terms.content
    if content is None or not draft.words:
        return []
    revision = revision_of(warning, draft, draft.author, scene)
    written = [language for language in content.languages if language in draft.words]
    try:
        return [finding for language in written for finding in lint(revision, language, content)]
    except ContentError:  # a zone or hazard that the city no longer has: the desk says so of the whole message
        return []
