"""The tables of the compiled file. Whoever changes them raises SCHEMA_VERSION."""

from __future__ import annotations

SCHEMA_VERSION = 6
APPLICATION_ID = 0x77657272
"""Stands in the header of the file (`werr`), so that a foreign SQLite file is refused."""

TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE family(id TEXT PRIMARY KEY, prior REAL NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE code(value INTEGER NOT NULL, name TEXT, family TEXT NOT NULL, source TEXT NOT NULL,
                  rank INTEGER);
CREATE TABLE packed(key TEXT PRIMARY KEY, numbers BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE priority(rank INTEGER NOT NULL, value INTEGER NOT NULL, name TEXT,
                      family TEXT NOT NULL);
CREATE TABLE nt_to_win32(ntstatus INTEGER PRIMARY KEY, win32 INTEGER NOT NULL,
                         source TEXT NOT NULL);
CREATE TABLE errno_map(win32 INTEGER NOT NULL, runtime TEXT NOT NULL, errno TEXT NOT NULL,
                       number INTEGER NOT NULL, source TEXT NOT NULL);
CREATE TABLE dotnet_exception(type TEXT NOT NULL, hresult INTEGER NOT NULL, source TEXT NOT NULL);
CREATE TABLE python_exception(win32 INTEGER PRIMARY KEY, exception TEXT NOT NULL,
                              since TEXT NOT NULL);
CREATE TABLE facility(kind TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
                      source TEXT NOT NULL);
CREATE TABLE iis_substatus(status INTEGER NOT NULL, substatus INTEGER NOT NULL,
                           source TEXT NOT NULL);
CREATE TABLE fingerprint(hash INTEGER NOT NULL, value INTEGER NOT NULL, family TEXT NOT NULL,
                         name TEXT, flags INTEGER NOT NULL);
CREATE TABLE article(id TEXT PRIMARY KEY, json TEXT NOT NULL, rank INTEGER) WITHOUT ROWID;
CREATE TABLE article_code(family TEXT NOT NULL, value INTEGER NOT NULL, name TEXT,
                          article TEXT NOT NULL);
CREATE TABLE playbook(id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE faq(article TEXT NOT NULL, number INTEGER NOT NULL, ask TEXT NOT NULL COLLATE NOCASE,
                 answer TEXT NOT NULL, PRIMARY KEY(article, number)) WITHOUT ROWID;
CREATE TABLE search_word(word TEXT PRIMARY KEY, documents INTEGER NOT NULL, articles BLOB NOT NULL,
                         entries BLOB NOT NULL) WITHOUT ROWID;
"""

INDEXES = """
CREATE INDEX code_value ON code(value);
CREATE INDEX code_name ON code(name COLLATE NOCASE);
CREATE INDEX priority_value ON priority(value);
CREATE INDEX errno_map_win32 ON errno_map(win32);
CREATE INDEX fingerprint_hash ON fingerprint(hash);
CREATE INDEX faq_ask ON faq(ask);
CREATE INDEX article_code_value ON article_code(value);
"""
