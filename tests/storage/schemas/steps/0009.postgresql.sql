CREATE TABLE tokens (
  id BIGSERIAL NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  scopes TEXT NOT NULL,
  client TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  CONSTRAINT pk_tokens PRIMARY KEY (id),
  CONSTRAINT uq_tokens_digest UNIQUE (digest)
);
CREATE TABLE asked (
  token BIGINT NOT NULL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  ticket TEXT NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT pk_asked PRIMARY KEY (token, key),
  CONSTRAINT fk_asked_token FOREIGN KEY(token) REFERENCES tokens (id)
);
CREATE TABLE hooks (
  id BIGSERIAL NOT NULL,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  client TEXT,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  CONSTRAINT pk_hooks PRIMARY KEY (id)
);
CREATE TABLE deliveries (
  id BIGSERIAL NOT NULL,
  hook BIGINT NOT NULL,
  event BIGINT NOT NULL,
  queued_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_deliveries PRIMARY KEY (id),
  CONSTRAINT fk_deliveries_hook FOREIGN KEY(hook) REFERENCES hooks (id),
  CONSTRAINT fk_deliveries_event FOREIGN KEY(event) REFERENCES events (position),
  CONSTRAINT uq_deliveries_hook UNIQUE (hook, event)
);
CREATE INDEX ix_deliveries_run_at ON deliveries (run_at);
UPDATE alembic_version SET version_num='0009' WHERE alembic_version.version_num = '0008';
