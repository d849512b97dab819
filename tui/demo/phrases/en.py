"""What the Game Master says in English. Several phrasings a key; one is chosen at random."""

PHRASES: dict[str, tuple[str, ...]] = {
    # Thinking, before anything is said
    "think.dice": (
        "They want a roll. {dice} it is; I must not make the number up, so I call the tool.",
        "A roll of {dice}. The dice decide, not me: one call to the tool for each die.",
    ),
    "think.coin": (
        "A coin decides this one. I call the tool and wait for the side that lands up.",
        "Heads or tails: only the coin knows. Let me toss it.",
    ),
    "think.magic": (
        "A question of fate. I ask the oracle rather than guess.",
        "I cannot know that, but the oracle has an answer for everything. Ask it.",
    ),
    "think.several": (
        "Several things at once: {what}. None needs another's result: I call them together.",
        "That is {what}. They do not depend on each other, so they can run in parallel.",
    ),
    "think.feat": (
        "A bold move. It takes a roll of {dice} against a difficulty of 10, and the oracle may say "
        "how fate leans. Neither needs the other: I call both together.",
        "The hero tries something. {dice} decides whether it works; the oracle gives the mood. "
        "Both at once.",
    ),
    "think.outcome": (
        "The results are in: {results}. Now say what they mean.",
        "I have {results}. I report exactly that and nothing else.",
    ),
    "think.story": (
        "They want a story. That is the Storyteller's trade; I hand over.",
        "A tale is asked for. The Storyteller tells it better than I do.",
    ),
    "think.tale": (
        "A tale with a beginning, a danger and an end. {known}",
        "Let me see what happened at the table so far. {known} That shall be in it.",
    ),
    "think.back": ("This is a matter for the Game Master. I hand back.",),
    "think.recall": (
        "They ask about something from before. I look back through the conversation.",
        "I should check the earlier results and not trust a feeling.",
    ),
    "think.rules": ("The rules, short: a table for the difficulties, then the commands.",),
    "think.code": ("A small example in Python says more than a paragraph.",),
    "think.stats": ("I count what the tools returned in this conversation, and nothing else.",),
    "think.talk": (
        "No tool is needed here. A short answer will do.",
        "Nothing to roll for. I just answer.",
    ),
    "think.fault": (
        "They want to see a failure: {fault}. I play my part and then say what happened.",
    ),
    # Before tools are called
    "before.dice": ("Let me roll for it. ", "The dice are in my hand… ", "Rolling {dice}. "),
    "before.coin": ("Up goes the coin. ", "A coin it is. "),
    "before.magic": ("I ask the oracle… ", "The mist parts slowly… "),
    "before.several": ("Everything at once, then. ", "Several answers are on their way. "),
    "before.feat": ("You take a deep breath. Let me roll for it. ", "Bold! The dice decide. "),
    "before.story": (
        "Come closer to the fire: the Storyteller takes over. ",
        "For that I call the Storyteller. ",
    ),
    "before.back": ("Back to the table, then. ", "The Game Master knows that better. "),
    # Results
    "roll.best": ("**{n}!** The best that a d{sides} has. 🎉", "A **{n}** on a d{sides}: perfect!"),
    "roll.worst": ("**1.** Of all the sides of a d{sides}… ouch.", "A **1**. The dice are cruel."),
    "roll.high": ("**{n}** on a d{sides}. Well rolled!", "The d{sides} shows **{n}**: strong."),
    "roll.low": ("**{n}** on a d{sides}. It could be better.", "Only a **{n}** on the d{sides}."),
    "roll.many": (
        "The dice show {list}: **{total}** together.",
        "{list}: that makes **{total}**.",
    ),
    "coin.heads": ("The coin lands on **heads**.", "**Heads** it is."),
    "coin.tails": ("The coin lands on **tails**.", "**Tails**, plain to see."),
    "magic": ("The oracle says: *“{answer}.”*", "From the mist comes a voice: *“{answer}.”*"),
    "feat.climb.yes": (
        "**{n}!** You reach the top of the wall and see the valley in the evening light.",
        "**{n}!** Hand over hand you go up, and stand on the wall before the guard has turned.",
    ),
    "feat.climb.no": (
        "**{n}.** Half-way up a stone comes loose and you slide back down. Nothing is broken but "
        "your pride.",
        "**{n}.** The moss is wet. You find yourself sitting where you began.",
    ),
    "feat.fight.yes": ("**{n}!** Your blow lands and your enemy staggers back.",),
    "feat.fight.no": ("**{n}.** You hit the air, and the air does not mind.",),
    "feat.sneak.yes": ("**{n}!** Not a twig snaps. Nobody has seen you.",),
    "feat.sneak.no": ("**{n}.** A twig snaps. “Who goes there?”",),
    "feat.open.yes": ("**{n}!** The lock clicks and the way is open.",),
    "feat.open.no": ("**{n}.** It stays shut, and your tool is bent.",),
    "feat.jump.yes": ("**{n}!** For a moment you fly, then you stand on the other side.",),
    "feat.jump.no": ("**{n}.** Too short. You land where it is deep and cold.",),
    "tool.failed": (
        "The tool failed, and it said why:\n\n> {error}\n\nI make no number up. Shall we roll "
        "a die that has sides?",
    ),
    "tool.silent": ("That tool was interrupted, so I do not know what came of it.",),
    "next": (
        "What do you do next?",
        "And now?",
        "Your move.",
        "What will you try?",
    ),
    # Memory
    "recall.rolls": ("Your last roll was **{last}**.", "You rolled **{last}** last."),
    "recall.all": ("All your rolls so far: {list}.", "In order: {list}."),
    "recall.coin": ("The coin last showed **{side}**.",),
    "recall.magic": ("The oracle's last word was *“{answer}.”*",),
    "recall.prompt": ("Before this you wrote: “{prompt}”.",),
    "recall.none": (
        "Nothing has been rolled, flipped or asked yet in this conversation. Shall we begin?",
    ),
    "name": (", {name}",),
    "name.known": ("You are **{name}**; I have not forgotten.", "**{name}**, of course."),
    "name.met": ("Well met, **{name}**! I shall remember it.",),
    "name.unknown": ("You have not told me your name yet.",),
    # Talk
    "hello": (
        "Greetings{name}! I am the **Game Master**. Shall I roll a die, flip a coin, ask the "
        "oracle or call the Storyteller?",
        "Welcome{name}! Dice, coin, oracle or a story: what shall it be? Try *I climb the wall*.",
    ),
    "thanks": ("With pleasure{name}!", "Any time{name}. The dice thank you too."),
    "bye": ("Farewell{name}! Ctrl+Q closes the door behind you.", "Until next time{name}!"),
    "who": (
        "I am the **Game Master** of this demo. My words come from a script, not from a language "
        "model; the dice, the tools and the stream are real.\n\n"
        "- *roll a d20*, *roll 3 dice*, *flip a coin*\n"
        "- *will it rain tomorrow?* (I ask the oracle)\n"
        "- *I climb the wall* (two tools at once)\n"
        "- *tell me a story* (the Storyteller takes over)\n"
        "- *what did I roll before?*, *rules*, *stats*, *code*\n"
        "- */faults* lists the failures that I can act out",
    ),
    "other": (
        "I am only a scripted Game Master, so that one is beyond me. I can roll dice, flip a coin, "
        "ask the oracle, remember what happened, and hand you to the Storyteller.",
        "I have no words for that in my script. Try *roll a d20*, *flip a coin*, *I climb the "
        "wall* or *tell me a story*.",
        "Honestly, I do not know: this demo has no language model behind it. But I do have dice, "
        "a coin, an oracle and a Storyteller.",
    ),
    "rules": (
        "## The rules\n\n"
        "Say what your hero does. I roll a **d20**: 10 or more, and it works.\n\n"
        "| You try something | Needs | Chance |\n"
        "|---|--:|--:|\n"
        "| easy | 5 | 80 % |\n"
        "| fair | 10 | 55 % |\n"
        "| hard | 15 | 30 % |\n"
        "| heroic | 20 | 5 % |\n\n"
        "1. A **20** always works, a **1** never does.\n"
        "2. Undecided? `flip a coin`.\n"
        "3. Fate? Ask the oracle, and do not complain about the answer.\n",
    ),
    "code": (
        "This is all that my die does:\n\n"
        "```python\n"
        "import random\n\n\n"
        "def roll_dice(sides: int = 20) -> int:\n"
        '    """Roll one die and give the number that lies on top."""\n'
        "    if sides < 2:\n"
        '        raise ValueError("a die needs at least 2 sides")\n'
        "    return random.randint(1, sides)\n\n\n"
        "print([roll_dice() for _ in range(5)])\n"
        "```\n\n"
        "Put `@function_tool` above it and an `Agent` can call it.",
    ),
    "stats.head": ("## The table so far\n\n| What | Times | Results |\n|---|--:|---|\n",),
    "stats.rolls": ("rolls",),
    "stats.coins": ("coins",),
    "stats.magic": ("oracle",),
    "stats.average": ("\nThe rolls average **{average}** and the best was **{best}**.\n",),
    "faults": ("## What I can act out\n\n| Fault | What happens | Type |\n|---|---|---|\n",),
    "what.coin": ("a coin",),
    "what.magic": ("the oracle",),
    "heads": ("heads",),
    "tails": ("tails",),
    "and": (" and ",),
    # Faults
    "fault.tale": (
        "The bridge of ropes hangs over the gorge. You set one foot on the first plank, then the "
        "other. The river roars far below, and the wind pulls at your cloak. In the middle a plank "
        "is missing; you take one long step, the ropes creak, and for a heartbeat there is nothing "
        "under you but air. Then wood again. You go on, plank by plank, and do not look down. "
        "At the far end a hand reaches out to you, and you stand on firm ground.",
    ),
    "fault.recovered": (
        "\n\n*That was the fault “{fault}”: {happens}. The tool log and the performance pane show "
        "what it cost.*",
    ),
    "fault.again": (
        "Here I am. *That was the fault “{fault}”: {happens}. This is the attempt that worked; the "
        "performance pane counts the others.*",
    ),
    "fault.refusal": (
        "I'm sorry, but I cannot help the dragon to burn down the village. (This is a refusal, "
        "acted out.)",
    ),
    "fault.escape": (
        "A wandering wizard tries to enchant your terminal: \x1b[31mred\x1b[0m, "
        "\x1b]0;new title\x07a new title, \x1b]52;c;aGVsbG8=\x07your clipboard, a bell \x07, "
        "[@click=app.quit]a trap[/], [/foo] and right-to-left \u202etxt.exe. None of it works: "
        "the dashboard shows it as plain marks.",
    ),
    "before.fault.tool": ("I roll a die with no sides at all. ",),
    "before.fault.arguments": ("I roll, with my mouth full. ",),
    "before.fault.loop": ("Once more! ",),
}
