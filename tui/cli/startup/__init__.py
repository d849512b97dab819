"""What options and settings start: a dashboard, workers, recorded answers, columns."""
