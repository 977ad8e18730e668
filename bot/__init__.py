"""How winerr listens and speaks in Slack."""
