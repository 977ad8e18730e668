"""The articles: one YAML file per condition, and the models that validate them."""
