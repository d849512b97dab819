"""What is sent: made valid, continued after a cut, asked for whole."""
