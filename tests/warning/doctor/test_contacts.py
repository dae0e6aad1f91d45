"""What the doctor says about the key to residents' addresses."""

import base64
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.warning.dispatching import live_world
from warning.contacts import NAME, seal_of
from warning.doctor.contacts import contacts
from warning.doctor.finding import Verdict
from warning.world import World

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return live_world(tmp_path, 25, "anna")


def with_key(world: World, key: dict[str, str] | None) -> World:
    yaml = YAML()
    tree = yaml.load(world.config)
    if key is None:
        del tree["subscriptions"]
    else:
        tree["subscriptions"]["key"] = key
    with world.config.open("w") as file:
        yaml.dump(tree, file)
    return world


def test_a_key_beside_the_ledger_is_no_good_place(world: World) -> None:
    assert contacts(world, {}).verdict is Verdict.GOOD
    assert not (world.data / NAME).exists()  # the doctor makes nothing
    seal_of(world)
    assert contacts(world, {}).verdict is Verdict.WARNING
    (world.data / NAME).chmod(0o644)
    assert contacts(world, {}).remedy == f"chmod 600 {world.data / NAME}"


def test_a_key_elsewhere(world: World, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.key"
    with_key(world, {"file": str(file)})
    assert contacts(world, {}).verdict is Verdict.FAILED
    file.write_text(f"{KEY}\n")
    file.chmod(0o600)
    assert contacts(world, {}).verdict is Verdict.GOOD
    file.write_text("no base64!")
    assert "must be base64" in contacts(world, {}).text


@pytest.mark.parametrize(
    ("environment", "verdict"),
    [({}, Verdict.FAILED), ({"CONTACTS": "c2hvcnQ="}, Verdict.FAILED), ({"CONTACTS": KEY}, Verdict.GOOD)],
)
def test_a_key_in_the_environment(world: World, environment: dict[str, str], verdict: Verdict) -> None:
    assert contacts(with_key(world, {"env": "CONTACTS"}), environment).verdict is verdict


def test_without_sign_ups_no_key_is_needed(world: World) -> None:
    assert contacts(with_key(world, None), {}).verdict is Verdict.GOOD
