"""Side by side: what several streams have in common, whatever shows them.

Each column has a source, a dispatcher, a conversation and figures of its own. `column_figures.py`
and `standing.py` compare, `report.py` writes it down.
"""
