"""A model that thinks first, and says how."""

from agents import Agent, ModelSettings
from openai.types.shared import Reasoning

agent = Agent(
    name="Thinker",
    model_settings=ModelSettings(reasoning=Reasoning(effort="high", summary="detailed")),
)
