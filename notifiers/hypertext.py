"""The second form of an e-mail: its text, line by line, as HTML.

Mail programs strip styles, invert colours and block what is far away. So nothing is fetched, each line stays a line,
and only the level and the mark of an exercise have colours, of their text and behind it: all else is the reader's.
"""

import re
from html import escape

from notifiers.content import Content
from notifiers.filling import fill
from notifiers.forms import Form
from notifiers.languages import Language, direction
from notifiers.notice import GaugeNotice
from notifiers.pages import NoticeWords
from notifiers.revision import Change, Revision
from notifiers.sentences import Sentences
from notifiers.sizes import EMAIL

#: Background, text and shape of each level and of the all-clear, as on the pages; a retraction has no colour.
BADGES = {1: ("#ffe14d", "#000", "■"), 2: ("#f28c1e", "#000", "▲"), 3: ("#c8102e", "#fff", "⬣")}
CLEAR = ("#5b8db8", "#000", "✓")
EXERCISE = ("#ffd9f0", "#000")
_BANNER = "margin:0 0 1em;padding:.5em;border:4px double;text-align:center;font-size:1.3em;"
_BADGE = "display:inline-block;padding:.2em .5em;margin-bottom:.4em;border:1px solid #fff;border-radius:.25em;"
_ACTION = "margin:1em 0;padding:.2em .8em;border:solid;border-width:0 5px;font-size:1.2em"
_LINK = "display:inline-block;padding:.4em 0"
_PAGE = (
    '<!DOCTYPE html><html lang="{language}" dir="{dir}"><head><meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width">\n'
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">\n'
    "<style>:root{{color-scheme:light dark}}</style><title>{title}</title></head>\n"
    '<body style="margin:0"><div lang="{language}" dir="{dir}" style="max-width:40em;margin:0 auto;padding:1em;'
    'font-family:system-ui,sans-serif;line-height:1.5;overflow-wrap:break-word">\n'
)
_END = "</div></body></html>"
_ROOM = EMAIL - 2_000  # the rest is for lines that belong to one recipient
_ADDRESS = re.compile(r"(?:(.+): )?(https?://\S+)")


def opened(message: Revision | GaugeNotice, form: Form, content: Content) -> str:
    """What is the same for everybody, without an end; nothing where it is too long.

    Raises:
        ContentError: a text is not known.
    """
    language, lines = form.language, form.text.split("\n")
    if isinstance(message, Revision):
        said = Sentences(message, language, content, fill)
        mark, action = said.opening(), said.wording("instruction")
        known = {
            f"{said.title()}.": _heading(said),
            action: f'<p style="{_ACTION}"><strong>{escape(action)}</strong></p>\n',
        }
    else:
        mark = f"{exercise}." if (exercise := NoticeWords(message, language, content).exercise()) else ""
        known = {}
        lines.insert(1 if mark else 0, form.title)
        known[form.title] = _h1(escape(form.title))
    banner = _banner(mark) if mark else ""
    pages = (content.web, content.page_of(message.zone, language))
    known |= {mark: banner, **{page: linked(page, language) for page in pages}}
    head = _PAGE.format(language=language, dir=direction(language), title=escape(form.title))
    whole = head + "".join(known.get(line) or f"<p>{escape(line)}</p>\n" for line in lines) + banner
    return whole if len(whole.encode()) <= _ROOM else ""


def linked(line: str, language: Language) -> str:
    """A line that ends in an address: what stands before it names the link."""
    found = _ADDRESS.fullmatch(line)
    if found is None:
        return f"<p>{escape(line)}</p>\n"
    name, address = found.groups()
    runs = direction(language) if name else "ltr"
    link = f'<a href="{escape(address)}" dir="{runs}" style="{_LINK}">{escape(name or address)}</a>'
    return f'<p lang="{language}" dir="{direction(language)}">{link}</p>\n'


def closed(opening: str) -> str:
    """With its end."""
    return f"{opening}{_END}" if opening else ""


def _heading(said: Sentences) -> str:
    headline, change = said.headline(), said.revision.change
    if change is Change.RETRACTED:
        return _h1(escape(headline))
    if change is Change.ALL_CLEAR:
        return _h1(_badge(CLEAR, headline))
    level = said.title().removesuffix(headline).removesuffix(" – ")
    return _h1(f"{_badge(BADGES[said.revision.level], level)}<br>{escape(headline)}")


def _h1(inner: str) -> str:
    return f'<h1 style="margin:0 0 .6em;font-size:1.4em;line-height:1.25">{inner}</h1>\n'


def _badge(look: tuple[str, str, str], words: str) -> str:
    behind, text, shape = look
    return (
        f'<span style="{_BADGE}background-color:{behind};color:{text}">'
        f'<span aria-hidden="true">{shape}</span> {escape(words)}</span>'
    )


def _banner(mark: str) -> str:
    behind, text = EXERCISE
    return f'<p style="{_BANNER}background-color:{behind};color:{text}"><strong>{escape(mark)}</strong></p>\n'
