"""What a page says in another language than its own: tagged, so that a voice says it right, and remarked upon.

The configuration holds the city's own texts, in the languages that somebody wrote. Where the language of a page has
none, another's stands in behind a mark (``completing.marked``), and pages make of the mark what is shown here.
"""

import re
from dataclasses import dataclass

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from notifiers.languages import FIRST_STRONG, NAMES, POP, WRITTEN, Language, direction
from warning.web.saying import AROUND
from warning.web.words import Words

_BY_NAME = {name: language for language, name in NAMES.items()}
_INNER = f"[^{FIRST_STRONG}{POP}]"
#: Slots within it may be held apart themselves.
_MARKED = re.compile(f"{FIRST_STRONG}\\[({'|'.join(_BY_NAME)})\\] ((?:{_INNER}|{FIRST_STRONG}{_INNER}*{POP})*){POP}")


@dataclass(frozen=True, slots=True)
class Tongues:
    """For the templates of pages in one language."""

    words: Words

    def own(self, spoken: Language) -> bool:
        """Whether readers of the page read it as theirs; Einfache Sprache is German as well."""
        return spoken in (self.words.language, AROUND.get(self.words.language))

    def named(self, text: str, spoken: Language) -> Markup:
        """A name, an address or the like in a language."""
        if self.own(spoken):
            return escape(text)
        return Markup('<span lang="{}" dir="{}">{}</span>').format(spoken, direction(spoken), text)

    def citys(self, text: str) -> Markup:
        """What the city has told in its own language alone."""
        return self.named(text, self.words.city.languages[0])

    def area(self, zone: str) -> Markup:
        """Which streets and places a zone is."""
        said, language = self.words.zones[zone].area, self.words.language
        as_written = (one for one in WRITTEN if language not in WRITTEN and said.get(one) == said[language])
        return self.named(said[language], next(as_written, language))

    def remark(self, spoken: Language) -> Markup:
        """In which language something is said, where that is another one."""
        if self.own(spoken):
            return Markup()
        return Markup(" <small>({})</small>").format(self.words.say("in_language", name=NAMES[spoken]))

    def tagged(self, text: str, spoken: Language) -> Markup:
        """A sentence in a language."""
        return self.named(text, spoken) + self.remark(spoken)

    def pieced(self, text: str) -> Markup:
        """A text in which pieces may be marked as another language's."""
        first, *parts = _MARKED.split(text)
        said = escape(first)
        for name, piece, rest in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            said += self.tagged(piece, _BY_NAME[name]) + escape(rest)
        return said


@pass_context
def told(context: Context, text: str) -> Markup:
    """``pieced`` as a filter of the templates."""
    return Tongues(context["words"]).pieced(text)
