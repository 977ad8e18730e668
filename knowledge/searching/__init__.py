"""Free-text search: words, what each says for each article, and how sure that makes us."""
