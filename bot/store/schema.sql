-- Written by scripts/store_schema.py from the migrations: do not edit by hand.
CREATE TABLE alembic_version ( version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num) );
CREATE TABLE inbox ( id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "key" TEXT NOT NULL, event_key TEXT, lane TEXT NOT NULL, state TEXT DEFAULT 'open' NOT NULL, payload TEXT, received_at DOUBLE NOT NULL, due_at DOUBLE NOT NULL, attempts INTEGER DEFAULT 0 NOT NULL, error TEXT, finished_at DOUBLE, UNIQUE ("key"), UNIQUE (event_key) );
CREATE INDEX inbox_open ON inbox (lane, id) WHERE state = 'open';
CREATE INDEX inbox_finished ON inbox (state, finished_at);
CREATE TABLE lane ( lane TEXT NOT NULL, owner TEXT NOT NULL, leased_until DOUBLE NOT NULL, PRIMARY KEY (lane) );
CREATE INDEX lane_owner ON lane (owner);
CREATE TABLE answer ( team TEXT NOT NULL, channel TEXT NOT NULL, source_ts TEXT NOT NULL, root_ts TEXT NOT NULL, posted_ts TEXT NOT NULL, automatic BOOLEAN NOT NULL, codes TEXT NOT NULL, posted_at DOUBLE NOT NULL, PRIMARY KEY (team, channel, source_ts) );
CREATE INDEX answer_root ON answer (team, channel, root_ts);
CREATE INDEX answer_posted ON answer (posted_at);
INSERT INTO alembic_version (version_num) VALUES ('0001');
