import re
from collections.abc import Callable, Generator, Iterator

import msgspec
import pytest

from tests.faults.dashboard import Dashboards
from tests.faults.report import PROPERTY
from tests.faults.row import Row
from tests.support.warm import WarmWorkers

_PASSED = pytest.StashKey[bool]()


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def dashboards(
    tmp_path_factory: pytest.TempPathFactory, warm_workers: WarmWorkers
) -> Iterator[Dashboards]:
    kept = Dashboards(lambda: tmp_path_factory.mktemp("home"), warm_workers)
    yield kept
    kept.close()


@pytest.fixture
def row(
    request: pytest.FixtureRequest,
    api: str,
    dashboards: Dashboards,
    record_property: Callable[[str, object], None],
) -> Iterator[Row]:
    """The row with the number at the start of the test's name."""
    number = re.match(r"test_(\d\d)_", request.node.name)
    assert number is not None
    row = Row(int(number.group(1)), api, dashboards)
    yield row
    record_property(PROPERTY, msgspec.json.encode(row.report).decode())
    passed = request.node.stash.get(_PASSED, False)
    try:
        if passed:
            row.check_replay()
    finally:
        row.finish(passed=passed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report
