"""The SDK's own sessions, which another program may use too."""

import asyncio
import re
from pathlib import Path

from agents import SQLiteSession

from tests.examples.conftest import Show
from tests.support.provider import Answer


async def kept(session: SQLiteSession) -> list[str]:
    return [f"{item.get('role')}: {item.get('content')}" for item in await session.get_items()]


def test_a_session_is_read_and_written(show: Show, tmp_path: Path) -> None:
    file = tmp_path / "diary.db"
    before = SQLiteSession("diary", file)
    asyncio.run(before.add_items([{"role": "user", "content": "My cat is called Momo."}]))
    asyncio.run(before.add_items([{"role": "assistant", "content": "A fine name."}]))
    example = show("sessions", Answer("She is called Momo."), DIARY=str(file))
    example.ask("What is my cat called?", re.compile("She is called Momo"))
    sent = [str(item) for item in example.provider.requests[0].items]
    assert any("My cat is called Momo." in item for item in sent)
    assert sum("What is my cat called?" in item for item in sent) == 1
    example.quit()
    said = asyncio.run(kept(SQLiteSession("diary", file)))
    assert len(said) == 4
    assert "What is my cat called?" in said[2]
    assert "She is called Momo." in said[3]
