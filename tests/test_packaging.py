"""The wheel, as somebody installs it: not editable, and started from another folder.

It is installed into a virtual environment of its own. Its dependencies, which are not what is
tested here, are lent by the environment of the tests, so that neither a network nor a minute is
needed; what the wheel itself holds always comes first on the path.
"""

import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.terminal import Terminal

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # In this environment, where the build's requirements are: an isolated one would download them.
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bin_folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the installed ``streamtui`` and its ``python`` lie."""
    environment = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    python = environment / "bin" / "python"
    run(
        *(sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index"),
        *("--no-deps", "--quiet", "--disable-pip-version-check", str(wheel)),
    )
    own = sysconfig.get_path("purelib", vars={"base": str(environment)})
    (Path(own) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def run(*command: str, cwd: Path = ROOT) -> str:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_wheel_holds_the_stylesheet_the_licence_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert archive.read("tui/styles.tcss") == (ROOT / "styles.tcss").read_bytes()
    assert {
        "tui/py.typed",
        "tui/cli/command_line.py",
        "tui/worker/main.py",
        "tui/demo/__init__.py",
    } <= names
    assert any(name.endswith("/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"tui", "streamtui"}


def test_it_starts_from_another_folder_in_a_terminal(bin_folder: Path, tmp_path: Path) -> None:
    where = run(str(bin_folder / "python"), "-P", "-c", "import tui; print(tui.__file__)")
    assert Path(where.strip()).is_relative_to(bin_folder.parent)
    environment = {"HOME": str(tmp_path), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}
    with Terminal(
        [str(bin_folder / "streamtui")],
        rows=30,
        cols=120,
        env={**environment, "OPENAI_API_KEY": None},
        cwd=tmp_path,
    ) as terminal:
        terminal.wait_for("streamtui")
        terminal.wait_for("Game Master")
        terminal.type("hello from another folder")
        terminal.wait_for("hello from another folder")


def test_a_folder_that_holds_a_tui_of_its_own_does_not_get_in_the_way(
    bin_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui" / "__init__.py").write_text("raise SystemExit('the wrong tui')")
    assert "streamtui, version" in run(str(bin_folder / "streamtui"), "--version", cwd=tmp_path)


def pins() -> dict[str, str]:
    """Normalised name → version."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if "==" in line)
    return {name.lower().replace("_", "-"): version for name, version in pairs}


def test_every_requirement_is_pinned_to_a_version_that_it_allows() -> None:
    pinned = pins()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for text in [*project["dependencies"], *extras["test"], *extras["check"], *extras["e2e"]]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pinned[requirement.name]), text


def test_what_the_requirements_need_in_turn_is_pinned_too() -> None:
    assert closure("streamtui") - {"streamtui"} <= pins().keys()


def closure(name: str) -> set[str]:
    """The distribution and all that it needs to be installed, without extras."""
    found: set[str] = set()
    names = [name]
    while names:
        current = names.pop().lower().replace("_", "-")
        installed = None if current in found else _installed(current)
        found.add(current)
        for text in (installed.requires or []) if installed else []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                names.append(requirement.name)
    return found


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ([], "needs Python 3.11 or newer, and there is none on the path"),
        (["PYTHON=python3"], "needs Python 3.11 or newer, and python3 is none"),
    ],
)
def test_make_says_so_when_no_python_is_new_enough(
    named: list[str], said: str, tmp_path: Path
) -> None:
    for name, found in {"sh": shutil.which("sh"), "python3": shutil.which("false")}.items():
        assert found
        (tmp_path / name).symlink_to(found)
    make = shutil.which("make")
    assert make
    result = subprocess.run(
        [make, "run", f"VENV={tmp_path / 'venv'}", *named],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert said in result.stderr
    assert not (tmp_path / "venv").exists()
