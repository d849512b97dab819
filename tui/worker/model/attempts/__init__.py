"""Attempts of a model call: what they emit, retries, time-outs, tokens and cost."""
