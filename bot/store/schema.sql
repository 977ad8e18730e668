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
CREATE TABLE slack_bots ( id INTEGER NOT NULL, client_id TEXT NOT NULL, app_id TEXT NOT NULL, enterprise_id TEXT, enterprise_name TEXT, team_id TEXT, team_name TEXT, bot_token TEXT, bot_id TEXT, bot_user_id TEXT, bot_scopes TEXT, bot_refresh_token TEXT, bot_token_expires_at DATETIME, is_enterprise_install BOOLEAN NOT NULL, installed_at DATETIME NOT NULL, PRIMARY KEY (id) );
CREATE INDEX slack_bots_idx ON slack_bots (client_id, enterprise_id, team_id, installed_at);
CREATE TABLE slack_installations ( id INTEGER NOT NULL, client_id TEXT NOT NULL, app_id TEXT NOT NULL, enterprise_id TEXT, enterprise_name TEXT, team_id TEXT, team_name TEXT, enterprise_url TEXT, bot_token TEXT, bot_id TEXT, bot_user_id TEXT, bot_scopes TEXT, bot_refresh_token TEXT, bot_token_expires_at DATETIME, user_id TEXT NOT NULL, user_token TEXT, user_scopes TEXT, user_refresh_token TEXT, user_token_expires_at DATETIME, incoming_webhook_url TEXT, incoming_webhook_channel TEXT, incoming_webhook_channel_id TEXT, incoming_webhook_configuration_url TEXT, token_type TEXT, is_enterprise_install BOOLEAN NOT NULL, installed_at DATETIME NOT NULL, PRIMARY KEY (id) );
CREATE INDEX slack_installations_idx ON slack_installations (client_id, enterprise_id, team_id, user_id, installed_at);
CREATE TABLE slack_oauth_states ( id INTEGER NOT NULL, state TEXT NOT NULL, expire_at DATETIME NOT NULL, PRIMARY KEY (id) );
CREATE INDEX slack_oauth_states_state ON slack_oauth_states (state);
CREATE TABLE org_team ( enterprise TEXT NOT NULL, team TEXT NOT NULL, PRIMARY KEY (enterprise, team) );
INSERT INTO alembic_version (version_num) VALUES ('0002');
