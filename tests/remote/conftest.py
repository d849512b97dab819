"""The services that remote agents are tested against."""

from tests.web.conftest import serve as serve  # noqa: PLC0414 - a fixture
