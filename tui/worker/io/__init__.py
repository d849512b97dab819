"""The worker's streams: commands in, events out, and what is watched beside them."""
