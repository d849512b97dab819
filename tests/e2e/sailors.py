"""Agents that a model of 135 million parameters can play."""

from agents import Agent, ModelSettings

ONE_SENTENCE = r"""
root ::= [A-Z] [a-z]{0,14} (" " word){14,24} "."
word ::= [a-zA-Z'] [a-z']{0,14}
"""
"""llama.cpp's grammar: the words are the model's own, and it always ends by itself."""

MANY_WORDS = ONE_SENTENCE.replace("{14,24}", "{100,110}")

INSTRUCTIONS = (
    "You are a helpful assistant who knows the sea: its tides and currents, its winds and waves, "
    "the ships that cross it, the harbours and lighthouses on its coasts, and the whales, seals, "
    "birds and fishes that live in it and on it. You have been on board of sailing ships, steam "
    "ships and fishing boats, in the north and in the south, in calm weather and in storms. You "
    "know the stars by which sailors find their way, the knots that hold a sail, the songs that "
    "are sung at work, and the stories that are told at night. Answer in one plain sentence."
)
"""Long enough that reading it takes the model more than a second."""

agent = Agent(
    name="Sailor",
    instructions=INSTRUCTIONS,
    model_settings=ModelSettings(
        temperature=0,
        max_tokens=150,
        # Without its cache the model reads all of the conversation in every call, so that there
        # is a time to first token to be measured.
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
"""Long answers: what a clock is off by at their ends does not matter."""

novelist = Agent(
    name="Novelist",
    instructions=INSTRUCTIONS,
    # Long enough to be interrupted on the fastest machine.
    model_settings=ModelSettings(temperature=0, max_tokens=1500, extra_body={"ignore_eos": True}),
)
