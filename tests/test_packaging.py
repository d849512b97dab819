"""The wheel, installed as users install it and started from another folder; and the pins.

It is installed into its own virtual environment. Its dependencies, which are not tested here, come
from the environment of the tests, so that no network is needed; the wheel's own files are always
first on the path.
"""

import itertools
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

from tests.support.patience import PATIENCE
from tests.support.terminal import Terminal

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # In this environment, which has the build requirements: an isolated one would download them.
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bin_folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installed ``streamtui`` and its ``python``."""
    environment = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    python = environment / "bin" / "python"
    run(
        *(sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index"),
        *("--no-deps", "--quiet", "--disable-pip-version-check", str(wheel)),
    )
    own = sysconfig.get_path("purelib", vars={"base": str(environment)})
    (Path(own) / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def run(*command: str, cwd: Path = ROOT) -> str:
    result = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_wheel_contains_the_stylesheet_and_the_licence_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert archive.read("tui/styles.tcss") == (ROOT / "styles.tcss").read_bytes()
    assert {
        "tui/py.typed",
        "tui/cli/command_line.py",
        "tui/worker/process.py",
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


def test_another_package_named_tui_in_the_current_folder_is_not_imported(
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
    extras = project["optional-dependencies"].values()
    texts = [*project["dependencies"], *itertools.chain.from_iterable(extras)]
    for text in texts:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pinned[requirement.name]), text


def test_the_dependencies_of_the_requirements_are_pinned_too() -> None:
    needed = closure("streamtui[test,check,e2e]")
    assert {"click", "httpcore2", "execnet", "pathspec"} <= needed
    assert needed - {"streamtui"} <= pins().keys()


def closure(text: str) -> set[str]:
    """The names of a requirement, of all that it needs to be installed, and so on."""
    found: set[tuple[str, str]] = set()
    wanted = [Requirement(text)]
    while wanted:
        requirement = wanted.pop()
        name = requirement.name.lower().replace("_", "-")
        for extra in {"", *requirement.extras}:
            if (name, extra) not in found:
                found.add((name, extra))
                wanted += _requirements(name, extra)
    return {name for name, _ in found}


def _requirements(name: str, extra: str) -> list[Requirement]:
    """None where it is not installed, as the packages of another system are not."""
    installed = _installed(name)
    requirements = map(Requirement, (installed.requires or []) if installed else [])
    return [
        requirement
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra})
    ]


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "needs Python 3.11 or newer, and there is none on the path"),
        (["PYTHON=python3"], "needs Python 3.11 or newer, and python3 is older or does not run"),
    ],
)
def test_make_reports_that_no_python_is_new_enough(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    for name, found in {"sh": shutil.which("sh"), "python3": shutil.which("false")}.items():
        assert found
        (tmp_path / name).symlink_to(found)
    make = shutil.which("make")
    assert make
    result = subprocess.run(
        [make, "run", f"VENV={tmp_path / 'venv'}", *arguments],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert result.returncode == 2
    assert message in result.stderr
    assert not (tmp_path / "venv").exists()
