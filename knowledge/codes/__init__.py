"""Number forms and bit fields, one module per form, and the shape of a code."""
