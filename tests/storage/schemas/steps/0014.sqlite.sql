CREATE TABLE handovers (
  id INTEGER NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by TEXT NOT NULL,
  rota TEXT NOT NULL,
  layer TEXT NOT NULL,
  giver TEXT NOT NULL,
  taker TEXT NOT NULL,
  starts BIGINT NOT NULL,
  until BIGINT NOT NULL,
  back_starts BIGINT,
  back_until BIGINT,
  word TEXT NOT NULL,
  state TEXT NOT NULL,
  answered_at BIGINT,
  CONSTRAINT pk_handovers PRIMARY KEY (id)
);
CREATE INDEX ix_handovers_until ON handovers (until);
UPDATE alembic_version SET version_num='0014' WHERE alembic_version.version_num = '0013';
