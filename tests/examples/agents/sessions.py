"""A session of the SDK's own, which keeps the conversation in a file."""

import os

from agents import Agent, SQLiteSession

agent = Agent(name="Diary", instructions="Remember.")
streamtui = {"session": SQLiteSession("diary", os.environ["DIARY"])}
