"""The live desk is built from its locked packages: once per change, with any Node, and with its licences."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.services.ports import free_port
from warning.web.desk.build import PACKAGES, ensure
from warning.web.desk.built import SOURCE

ROOT = SOURCE.parents[2]
ENSURE = "from warning.web.desk.build import ensure; print(ensure())"
#: Of formats, and of a link of Leaflet's that the map leaves out: nothing is fetched from there.
NAMES = ("http://www.w3.org/", "https://leafletjs.com")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package as it stands in a fresh checkout: the desk's sources, nothing fetched, nothing built."""
    for package in ("warning", "warning/web"):
        (tmp_path / package).mkdir()
        shutil.copy(ROOT / package / "__init__.py", tmp_path / package)
    (tmp_path / "warning/web/static").mkdir()
    shutil.copytree(SOURCE, tmp_path / "warning/web/desk", ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    return tmp_path


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "PYTHONPATH": str(folder), **environment}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False, timeout=300)


def test_without_the_registry_it_says_so_and_what_to_do(copy: Path) -> None:
    away = {"npm_config_registry": f"http://127.0.0.1:{free_port()}/", "npm_config_cache": str(copy / "cache")}
    done = run(copy, "-m", "warning.web.desk.build", **away)
    assert done.returncode == 1
    for words in ("npm could not fetch", away["npm_config_registry"], "npm_config_registry=", "DESK=no"):
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (copy / "warning/web/static/desk").exists()


def test_it_is_built_once_per_change_also_without_node_on_the_machine(copy: Path) -> None:
    """Node comes from the Python package then. What is bundled keeps its licence."""
    ensure(development=True)
    desk, made = copy / "warning/web/desk", copy / "warning/web/static/desk"
    (desk / "node_modules").symlink_to(PACKAGES)
    bare = {"PATH": str(copy)}
    first = run(copy, "-c", ENSURE, **bare)
    assert (first.stdout.strip(), run(copy, "-c", ENSURE, **bare).stdout.strip()) == ("True", "False"), first.stderr
    assert {"desk.js", "desk.css", "worker.js", "docs.js", "docs.css", "LICENSES.txt"} <= {
        file.name for file in made.iterdir()
    }
    licences = (made / "LICENSES.txt").read_text("utf-8")
    assert licences.count("Permission is hereby granted") == 6  # of four packages, and within swagger-ui
    assert licences.count("Redistribution and use in source and binary forms") == 1
    for package in ("preact 10.", "@preact/signals 2.", "@preact/signals-core 1.", "leaflet 1.9.", "uplot 1.6."):
        assert f"\n{package}" in f"\n{licences}"
    for notice in ("\nswagger-ui-dist 5.", "SmartBear Software Inc.", "@license DOMPurify"):
        assert notice in licences
    assert "data:" not in (made / "docs.css").read_text("utf-8")
    (desk / "src/desk.css").write_text("body { margin: 1px }\n", "utf-8")
    assert run(copy, "-c", ENSURE, **bare).stdout.strip() == "True"
    assert (made / "desk.css").read_text("utf-8").strip() == "body{margin:1px}"


def test_a_broken_source_leaves_what_was_built(copy: Path) -> None:
    ensure(development=True)
    desk, made = copy / "warning/web/desk", copy / "warning/web/static/desk"
    (desk / "node_modules").symlink_to(PACKAGES)
    run(copy, "-c", ENSURE)
    before = (made / "desk.js").read_bytes()
    (desk / "src/desk.tsx").write_text("export {", "utf-8")
    done = run(copy, "-m", "warning.web.desk.build")
    assert (done.returncode, "cannot be built" in done.stderr) == (1, True)
    assert (made / "desk.js").read_bytes() == before


def test_nothing_of_it_comes_from_elsewhere_when_it_is_shown() -> None:
    """The page of a control room asks no third party, and needs no script that is written into it."""
    ensure()
    for name in ("desk.js", "worker.js", "desk.css"):
        text = (ROOT / "warning/web/static/desk" / name).read_text("utf-8")
        assert "eval(" not in text
        assert "new Function" not in text
        assert "@import" not in text
        assert [
            part
            for part in text.split('"')
            if part.startswith(("http:", "https:", "//")) and not part.startswith(NAMES)
        ] == []


def test_a_wheel_holds_what_is_built_and_none_of_its_sources(tmp_path: Path) -> None:
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        ".",
    ]
    done = subprocess.run(pip, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"warning/web/static/desk/desk.js", "warning/web/static/desk/LICENSES.txt"} <= set(names)
    assert [name for name in names if "node_modules" in name or "/desk/src/" in name or name.endswith(".tsx")] == []
