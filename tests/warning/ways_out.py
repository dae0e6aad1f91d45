"""Every module that can reach people, and the libraries that only such modules use."""

from pathlib import Path

import notifiers.channels

HARMLESS = {"__init__", "api", "capture", "captured"}
LIBRARIES = {"aiosmpplib", "apprise", "dkim", "py_vapid"}
ADAPTERS = LIBRARIES | {
    f"notifiers.channels.{file.stem}"
    for folder in notifiers.channels.__path__
    for file in Path(folder).glob("*.py")
    if file.stem not in HARMLESS
}
