"""Nothing that a run leaves behind tells where people are reached."""

import asyncio
from pathlib import Path

import pytest

from tests.services.smtp import smtp_server
from tests.warning.dispatching import Home, dispatching, log_of, now_flood, say, states, trouble

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]

#: As they are configured, and as servers may write them.
TELLING = [b"anna@people.example", b"ben@people.example", b"people.example", b"192.0.2.77", b"015100000001"]


def left(folder: Path) -> dict[str, bytes]:
    """Every file but the configuration, where addresses are kept on purpose."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != "config.yaml"]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.parametrize(
    "answer", ["250 OK", "451 4.7.1 <ANNA@people.example> from 192.0.2.77", "550 015100000001 gone"]
)
async def test_no_file_of_a_run_holds_an_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    home = Home(tmp_path, f"sqlite:///{tmp_path}/ledger.db")
    with smtp_server() as server:
        server.mailbox.answers["RCPT" if answer.startswith("4") else "DATA"] = answer
        world = home.live(server.port, "anna", "ben")
        async with log_of(world) as log, dispatching(world, log):
            await say(log, now_flood("w1"))
            async with asyncio.timeout(60):
                while not (trouble(world) or states(world) == ["ACCEPTED"] * 2):
                    await asyncio.sleep(0.05)
    assert set(states(world)) <= {"ACCEPTED", "QUEUED", "DEAD"}
    printed = capsys.readouterr()
    told = left(tmp_path) | {"terminal": (printed.out + printed.err).encode()}
    assert len(told) > 3
    found = {(name, word) for name, content in told.items() for word in TELLING if word.lower() in content.lower()}
    assert found == set()
