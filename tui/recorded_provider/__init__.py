"""The model of a recording as a provider: an HTTP server on loopback that gives recorded answers.

It runs in a process of its own (`__main__.py`), so that it never slows a run down.
"""
