"""Every channel against its contract, on a real server or an endpoint that does as the real one is documented to do."""

import logging

import pytest

from tests.notifiers.channels.apprise_stand import AppriseStand
from tests.notifiers.channels.contract import OWED, Accepted, Case, Doubt, Refused, Stand, attempt
from tests.notifiers.channels.ntfy_stand import NtfyStand
from tests.notifiers.channels.sign_stand import SignStand
from tests.notifiers.channels.smpp_stand import SmppStand
from tests.notifiers.channels.smtp_stand import SmtpStand
from tests.notifiers.channels.twilio_stand import TwilioCallStand, TwilioStand
from tests.notifiers.channels.webhook_stand import WebhookStand
from tests.notifiers.channels.webpush_stand import WebPushStand

STANDS: dict[str, type[Stand]] = {
    "smtp": SmtpStand,
    "apprise": AppriseStand,
    "webpush": WebPushStand,
    "webhook": WebhookStand,
    "ntfy": NtfyStand,
    "signs": SignStand,
    "smpp": SmppStand,
    "sms through apprise": TwilioStand,
    "calls through apprise": TwilioCallStand,
}

#: Loggers of servers that run in the same process.
OTHER_SIDE = {"mail.log", "mail.debug"}

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),  # of a module that Apprise loads
]


def cases() -> list[object]:
    """Every stand with every case; what a protocol does not have is shown with its reason, and is not run."""
    told = []
    for name, stand in STANDS.items():
        for case in Case:
            owed, why = stand.otherwise.get(case, (OWED[case], ""))
            marks = pytest.mark.skip(reason=f"{name}: {why}") if owed is None else ()
            told.append(pytest.param(stand, case, owed, id=f"{name} – {case}", marks=marks))
    return told


@pytest.fixture
def stand(request: pytest.FixtureRequest, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Stand:
    made: Stand = request.param(tmp_path, monkeypatch)
    return made


@pytest.mark.parametrize(("stand", "case", "owed"), cases(), indirect=["stand"])
async def test_contract(
    stand: Stand, case: Case, owed: Accepted | Refused | Doubt, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with stand.behaving(case) as bench:
        ended = await attempt(bench, case)
        assert ended.end == owed, ended.reason
        assert ended.got_before in {None, 0}, "said that it begins when the other side had the message already"
        match owed:
            case Accepted():
                assert ended.said[:2] == ["begins", "accepted"]
                assert bench.got() == 1
            case Doubt():
                assert ended.said == ["begins"]
            case Refused():
                assert "accepted" not in ended.said
                assert bench.got() == 0
        told = ended.reason + "".join(record.getMessage() for record in caplog.records if is_logged(record.name))
        for secret in (*bench.secrets, bench.message.to):
            assert secret not in told


def is_logged(name: str) -> bool:
    """Whether what is said to this logger gets into a log of ours; pytest sees it either way."""
    if name in OTHER_SIDE:
        return False
    logger: logging.Logger | None = logging.getLogger(name)
    while logger is not None and logger.propagate:
        logger = logger.parent
    return logger is None or logger is logging.getLogger()
