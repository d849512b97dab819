"""Who may ask, how much, and how often; and what no answer may lack."""
