"""What winerr says, as Block Kit: pure functions from answers to plain dicts."""
