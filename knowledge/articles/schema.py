"""The JSON Schema of articles, for editors that complete and check YAML while it is written.

`python -m knowledge.articles.schema` writes it anew; a test says when it is out of date.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter

from knowledge.articles.model import Article

SCHEMA_FILE = Path(__file__).with_name("article.schema.json")


def article_schema() -> str:
    """The schema of an article as people write it: without `id`, which is the file's path."""
    schema = TypeAdapter(Article).json_schema()
    del schema["properties"]["id"]
    schema["required"].remove("id")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(article_schema(), encoding="utf-8")
