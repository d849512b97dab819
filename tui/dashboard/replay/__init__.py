"""The dashboard of a replay: the same panes, a seek bar, and a prompt that sends nothing."""
