"""The main screen and the screens that open on top of it."""
