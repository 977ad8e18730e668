"""Programs that measure something inside a process of its own and print it as JSON."""
