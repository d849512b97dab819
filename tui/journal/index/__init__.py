"""What is known of each stored session without reading it, and a full-text search over all."""
