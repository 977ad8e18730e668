"""The playbooks: guidance per subsystem for the codes that have no article of their own."""
