"""Gives every reader of a session each of its events exactly once, at the reader's own pace."""
