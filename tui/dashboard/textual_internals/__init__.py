"""All that uses private names of Textual and Rich, and what to do in a version without them.

`supported.py` lists the names and checks for them once, when it is imported. If one is missing, the
classes here leave Textual's own behaviour as it is: the dashboard works, but paints more slowly.
"""
