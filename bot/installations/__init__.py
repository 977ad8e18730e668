"""Which workspaces and organisations have installed the app, with which tokens."""
