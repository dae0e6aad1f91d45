"""What a process knows of its world."""

from pathlib import Path

from warning.world import exercise

CONFIG = Path(__file__).parents[2] / "config.yaml"


def test_the_configuration_is_read_once_and_again_when_the_file_says_something_else(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_bytes(CONFIG.read_bytes())
    overlay = tmp_path / "more.yaml"
    overlay.write_text("city: {name: Here}\n")
    world = exercise(config, tmp_path / "w", overlay, clock="ticks")
    first = world.configuration()
    assert world.configuration() is first
    assert world.model_copy(update={"steps": {"beyenburg/stage": 60_000}}).configuration() != first
    overlay.write_text("city: {name: Elsewhere}\n")
    assert world.configuration().city.name == "Elsewhere"
