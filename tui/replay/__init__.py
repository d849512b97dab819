"""Plays a recording again: its events at their own pace, without a worker.

`tape.py` puts the events on one time line, `player.py` is the source that gives them to a
dispatcher, `refolding.py` knows how everything stood at any of them.
"""
