"""What is made of the results: a summary, gates, a comparison, JUnit and CSV files. Pure."""
