"""An agent with its own keys: from a file of variables, from a vault, and for its client."""

import os

import openai
from agents import Agent, OpenAIResponsesModel

from tests.worker.vault import FROM_FILE, FROM_VAULT, OF_CLIENT

os.environ["BROKER_TOKEN"] = FROM_FILE
client = openai.AsyncOpenAI(
    api_key=OF_CLIENT,
    base_url=os.environ["TEST_BASE_URL"],
    default_headers={"X-Vault-Key": FROM_VAULT},
)
agent = Agent(name="Keeper", model=OpenAIResponsesModel("m", client))
broken = None
