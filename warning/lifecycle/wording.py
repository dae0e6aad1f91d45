"""What people release is looked through before it goes out, whoever wrote it; nothing that goes out by itself waits."""

from notifiers.sizes import FormKind
from notifiers.wording_lint import faults
from warning.lifecycle.release import revision_of
from warning.lifecycle.result import Refused
from warning.lifecycle.scene import Scene
from warning.lifecycle.state import Draft, WarningNow


def refuse_unfit(warning: WarningNow, draft: Draft, scene: Scene, *, whole: bool = False) -> None:
    """Let a draft pass whose words fit every kind of channel, in the languages in which a person wrote any.

    ``whole``: in every language of the city, templates too, as it is to be released. What goes out by itself, what
    worsens and an all-clear wait for no template: whoever releases them cannot mend it. A draft that worsens drops its
    words, so that what a person wrote about less can hold nothing up.

    Raises:
        Refused: it does not fit, or cannot be written; the text names each place and fault.
    """
    content = scene.terms.content
    if content is None or not (whole or draft.words):
        return
    languages = [language for language in content.languages if whole or language in draft.words]
    if found := faults(revision_of(warning, draft, draft.author, scene), languages, content):
        short = any(one.startswith(FormKind.SMS.value) for one in found)
        raise Refused("unfit-short" if short else "unfit", faults="; ".join(found))
