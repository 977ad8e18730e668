"""The catalogue: the data (`*.tsv`, `families.yaml`) beside the modules that read and check it."""
