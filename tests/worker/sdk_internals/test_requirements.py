"""An SDK whose private names have moved is reported, with the versions that are needed."""

import sys
import tomllib
from pathlib import Path
from pkgutil import resolve_name

import pytest
from packaging.requirements import Requirement

from tests.worker.driver import WorkerProcess
from tui.protocol.commands import RetryRun, StartRun
from tui.protocol.events import AgentLoadFailed, RunFinished, WorkerStarted
from tui.worker.sdk_internals import supported, unsupported
from tui.worker.sdk_internals.private_names import PrivateAttribute, PrivateName
from tui.worker.sdk_internals.requirements import NAMES, NEEDED

ROOT = Path(__file__).parents[3]


class Empty:
    """Stands for a class whose instances have lost an attribute."""

    def __init__(self, *_: object) -> None: ...


def remove(name: PrivateName, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(name, PrivateAttribute):
        module, _, owner = name.owner.partition(":")
        monkeypatch.setattr(resolve_name(module), owner, Empty)
    else:
        monkeypatch.delattr(resolve_name(name.owner), name.name)


def test_the_installed_versions_are_supported() -> None:
    assert supported()


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_a_missing_name_is_reported(name: PrivateName, monkeypatch: pytest.MonkeyPatch) -> None:
    remove(name, monkeypatch)
    assert not supported()
    # Several attributes belong to one class: the first one is reported.
    owner = str(name) if not isinstance(name, PrivateAttribute) else name.owner.replace(":", ".")
    assert owner in unsupported().message


def test_a_missing_module_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "agents.models._openai_shared", None)
    monkeypatch.delattr("agents.models._openai_shared")
    assert not supported()
    assert "agents.models._openai_shared.get_default_openai_client" in unsupported().message


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(name, one) for name in NAMES for one in name.parameters],
    ids=str,
)
def test_a_missing_parameter_is_reported(
    name: PrivateName, parameter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A positional parameter in its place, so that nothing else can be what is missing.
    others = [one for one in name.parameters if one != parameter]
    replaced = eval(f"lambda {', '.join(['other', *others])}: None")
    monkeypatch.setattr(resolve_name(name.owner), name.name, staticmethod(replaced))
    assert not supported()
    assert f"{name}({parameter})" in unsupported().message


def test_the_report_names_the_needed_and_the_installed_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed = {"openai-agents": "0.31.0", "openai": "4.2.0"}
    monkeypatch.setattr("tui.worker.sdk_internals.requirements.version", installed.__getitem__)
    problem = unsupported("it has changed")
    assert problem.kind == "agent"
    assert "openai-agents 0.31.0, openai 4.2.0: it has changed." in problem.message
    assert all(f"'{package}{versions}'" in problem.advice for package, versions in NEEDED.items())


def test_the_needed_versions_are_those_that_are_installed_and_tested() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"openai-agents{NEEDED['openai-agents']}" in declared
    pinned = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text().split() if "==" in line
    )
    for package, versions in NEEDED.items():
        assert pinned[package] in Requirement(package + versions).specifier


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        (
            "import agents.run_internal.run_loop as loop\ndel loop.get_model",
            "there is no agents.run_internal.run_loop.get_model",
        ),
        ("import sys\nsys.modules['openai._models'] = None", "openai._models"),
    ],
    ids=["the SDK has moved a name", "the SDK cannot be imported"],
)
def test_a_worker_reports_it_instead_of_an_agent_and_ends_every_run_with_it(
    patch: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(patch)
    (tmp_path / "mine.py").write_text("raise SystemExit('must not be imported')")
    environment = {"PYTHONPATH": str(tmp_path)}
    with WorkerProcess(agent="mine.py", cwd=tmp_path, env=environment, from_scratch=True) as worker:
        problem = worker.load_failed().problem
        assert problem.code == "sdk_unsupported"
        assert reason in problem.message
        assert "openai-agents" in problem.advice
        worker.send(StartRun(run="r1", prompt="hi", entered_at=0))
        worker.send(RetryRun(run="r2", entered_at=0, mode="continue"))
        ends = [worker.finished(run) for run in ("r1", "r2")]
        assert [(end.outcome, end.problem, end.kept) for end in ends] == [
            ("failed", problem, False),
            ("failed", problem, True),
        ]
    assert worker.exit_code() == 0
    reported = {type(event) for event in worker.events}
    assert reported >= {WorkerStarted, AgentLoadFailed, RunFinished}
    assert b"Traceback" not in worker.printed
