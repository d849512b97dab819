import pytest

from tests.demo.table import Table


@pytest.fixture
def table() -> Table:
    return Table()
