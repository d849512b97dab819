"""Servers and HTTP clients: which one a model uses, its phases, warm-up."""
