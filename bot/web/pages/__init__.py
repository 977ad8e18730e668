"""The pages that a browser sees: one for each code, search, and what is said when there is none."""
