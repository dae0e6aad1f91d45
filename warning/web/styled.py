"""The style sheet of the pages, sent inside each of them: on a bad line a second request costs as much as the first.

Its hash stands in the headers, so that no other style can be put into a page.
"""

import base64
import hashlib
import re
from pathlib import Path

SHEET = Path(__file__).parent / "static" / "style.css"


def squeezed(css: str) -> str:
    """Without comments, line breaks and indents."""
    without = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "".join(line.strip() for line in without.splitlines())


STYLE = squeezed(SHEET.read_text("utf-8"))
STYLE_HASH = f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"
