"""The page that holds Textual's front end: a terminal which shows the dashboard."""
