"""What windows and cards show: help, the agent and its tools, figures in tables."""
