"""What people know reaches the rules through the log, and the answer comes back: commands as people type them."""

import asyncio
from pathlib import Path

import pytest

from tests.warning.test_approval import flood_as_configured, floodbell
from warning.config.load import load
from warning.telling import catchment_of

CONFIG = Path(__file__).parents[2] / "config.yaml"


@pytest.mark.asyncio
async def test_people_tell_the_running_service_what_they_know(tmp_path: Path) -> None:
    """A level held by hand, a sensor taken out and back, a report: each answered, mistakes with their reason."""
    async with flood_as_configured(tmp_path) as (supervisor, outcome):
        world = ("--world", str(supervisor.world_file), "--actor", "anna")
        held = floodbell("tell", "hold", "beyenburg", "heavy-rain", "2", "--reason", "seen by the fire service", *world)
        assert held.returncode == 0, held.stderr
        assert "hold by anna: seen by the fire service (id " in held.stdout

        released = floodbell("tell", "release", "beyenburg", "heavy-rain", "--reason", "it has drained", *world)
        assert released.returncode == 0, released.stderr
        refused = floodbell("tell", "release", "beyenburg", "heavy-rain", "--reason", "again", *world)
        assert refused.returncode == 1
        assert "there is no condition beyenburg/heavy-rain" in refused.stderr

        out = floodbell("tell", "out", "leimbach", "stage", "--for", "2 h", "--reason", "debris", *world)
        assert out.returncode == 0, out.stderr
        long = floodbell("tell", "out", "leimbach", "stage", "--for", "9 d", "--reason", "debris", *world)
        assert (long.returncode, "at most 7 days" in long.stderr) == (1, True)
        back = floodbell("tell", "in", "leimbach", "stage", "--reason", "cleaned", *world)
        assert back.returncode == 0, back.stderr

        told = floodbell(
            "tell", "report", "beyenburg", "stage", "2.5 m", "--for", "2 h", "--reason", "read by the warden", *world
        )
        assert told.returncode == 0, told.stderr
        dam = floodbell("tell", "dam", "unterbarmen", "--for", "2 h", "--source", "control room of the dam", *world)
        assert dam.returncode == 0, dam.stderr
        assert "report by anna: Talsperre läuft über (control room of the dam) (id " in dam.stdout
        read = floodbell("tell", "gauge-read", "leimbach", "0.31 m", *world)
        assert read.returncode == 0, read.stderr
        assert "report by anna: Pegel vor Ort abgelesen (id " in read.stdout
        slip = floodbell("tell", "gauge-read", "leimbach", "0.31", *world)
        assert (slip.returncode, "must be a number with its unit" in slip.stderr) == (1, True)
        wrong = floodbell("tell", "report", "beyenburg", "stage", "5 mm", "--for", "2 h", "--reason", "slip", *world)
        assert (wrong.returncode, "stage is counted in cm, not mm" in wrong.stderr) == (1, True)
        typo = floodbell("tell", "hold", "barmenn", "heavy-rain", "2", "--reason", "slip", *world)
        assert (typo.returncode, "did you mean barmen?" in typo.stderr) == (1, True)
        lasting = floodbell("tell", "out", "leimbach", "stage", "--for", "soon", "--reason", "slip", *world)
        assert lasting.returncode == 1
        assert "Traceback" not in lasting.stderr
        async with asyncio.timeout(60):
            while ("beyenburg", "BY_HAND") not in {(each.zone, each.reason) for each in outcome.transitions}:
                await asyncio.sleep(0.02)  # the listener is as far behind as this test kept the loop busy


def test_a_word_goes_to_the_catchment_that_it_is_about() -> None:
    """By station, by the zone's rule, or by either; what is not known is named."""
    config = load(CONFIG)
    assert catchment_of(config, {"zone": "barmen", "hazard": "heavy-rain"}) == "wupper"
    assert catchment_of(config, {"place": "leimbach"}) == "wupper"
    assert catchment_of(config, {"zone": "barmen", "hazard": "river-flood"}) == "wupper"
    with pytest.raises(ValueError, match="there is no place nowhere"):
        catchment_of(config, {"place": "nowhere"})
    with pytest.raises(ValueError, match="no texts for hazard snow"):
        catchment_of(config, {"zone": "barmen", "hazard": "snow"})
