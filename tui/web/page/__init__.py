"""The page of the service: files that are served as they are.

It shows what the API gives, and computes no figure itself. Text becomes text nodes, never HTML.
"""
