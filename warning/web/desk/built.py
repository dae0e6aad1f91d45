"""Whether the live desk is built, and from the sources that lie here."""

from hashlib import sha256
from pathlib import Path

SOURCE = Path(__file__).parent
OUT = SOURCE.parent / "static" / "desk"
BUILT = "built.txt"  # the fingerprint of the sources it was built from


def there() -> bool:
    """Whether it can be served."""
    return (OUT / "desk.js").exists() and (OUT / BUILT).exists()


def fresh() -> bool:
    """Whether what is served was built from these sources; an installed package has none, and is what it is."""
    if not there():
        return False
    return not (SOURCE / "src").is_dir() or (OUT / BUILT).read_text("utf-8").strip() == fingerprint()


def mark() -> str:
    """Tells what is served from what was served before, so that browsers may keep it; empty where nothing is."""
    return (OUT / BUILT).read_text("utf-8").strip()[:12] if there() else ""


def fingerprint() -> str:
    """Of all that the desk is built from."""
    found = sha256()
    files = [SOURCE / name for name in ("package.json", "package-lock.json", "build.mjs")]
    for file in [*files, *sorted((SOURCE / "src").rglob("*"))]:
        if file.is_file():
            found.update(f"{file.relative_to(SOURCE)}\n".encode() + file.read_bytes())
    return found.hexdigest()
