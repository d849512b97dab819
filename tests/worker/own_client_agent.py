"""An agent that brings a model with a client of its own."""

import os

from agents import Agent, OpenAIChatCompletionsModel
from openai import AsyncOpenAI

client = AsyncOpenAI(base_url=os.environ["OWN_CLIENT_URL"], api_key="none")
own_client = Agent(name="Own", model=OpenAIChatCompletionsModel("own", client))
