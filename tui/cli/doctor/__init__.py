"""``streamtui doctor``: one module for each area that it looks at."""
