"""The API for programs: the JSON of the command line over HTTP, and what describes it."""
