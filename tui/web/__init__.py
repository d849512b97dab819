"""The web service: many sessions over HTTP, in worker processes, followed by any number of readers.

`workers/` runs the agents, `sessions/` has the conversations in them, `delivery/` gives every
reader every event of one exactly once, `dialects/` say it in the words of a protocol, `guards/`
decide who may ask, `routes/` answer.
"""
