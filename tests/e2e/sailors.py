"""Agents for a model of 135 million parameters."""

from agents import Agent, ModelSettings

ONE_SENTENCE = r"""
root ::= [A-Z] [a-z]{0,14} (" " word){14,24} "."
word ::= [a-zA-Z'] [a-z']{0,14}
"""
"""A grammar for llama.cpp: the model chooses the words, and the answer always ends."""

MANY_WORDS = ONE_SENTENCE.replace("{14,24}", "{100,110}")

INSTRUCTIONS = (
    "You are a helpful assistant who knows the sea: its tides and currents, its winds and waves, "
    "the ships that cross it, the harbours and lighthouses on its coasts, and the whales, seals, "
    "birds and fishes that live in it and on it. You have been on board of sailing ships, steam "
    "ships and fishing boats, in the north and in the south, in calm weather and in storms. You "
    "know the stars by which sailors find their way, the knots that hold a sail, the songs that "
    "are sung at work, and the stories that are told at night. Answer in one plain sentence."
)
"""Long enough to take the model more than a second to process."""

agent = Agent(
    name="Sailor",
    instructions=INSTRUCTIONS,
    model_settings=ModelSettings(
        temperature=0,
        max_tokens=150,
        # Without the cache the model processes the whole conversation in every call, so that the
        # time to first token is long enough to measure.
        extra_body={"grammar": ONE_SENTENCE, "cache_prompt": False},
    ),
)

reporter = Agent(
    name="Reporter",
    instructions=INSTRUCTIONS,
    model_settings=ModelSettings(
        temperature=0,
        max_tokens=600,
        extra_body={"grammar": MANY_WORDS, "cache_prompt": False},
    ),
)
"""Gives long answers, in which small errors at both ends do not matter."""

novelist = Agent(
    name="Novelist",
    instructions=INSTRUCTIONS,
    # Long enough to be interrupted on a fast machine.
    model_settings=ModelSettings(temperature=0, max_tokens=1500, extra_body={"ignore_eos": True}),
)
