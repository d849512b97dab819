"""What a user's file defines, read without running it, for messages that say what to write."""
