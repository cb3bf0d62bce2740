CREATE TABLE accounts (
  id BIGSERIAL NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  password TEXT,
  active BOOLEAN NOT NULL,
  fs_uniquifier TEXT NOT NULL,
  roles TEXT NOT NULL,
  engineer TEXT,
  client TEXT,
  entities TEXT NOT NULL,
  locale TEXT NOT NULL,
  tf_primary_method TEXT,
  tf_totp_secret TEXT,
  tf_last_counter BIGINT,
  mf_recovery_codes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  signed_in_at BIGINT,
  CONSTRAINT pk_accounts PRIMARY KEY (id),
  CONSTRAINT uq_accounts_email UNIQUE (email),
  CONSTRAINT uq_accounts_fs_uniquifier UNIQUE (fs_uniquifier)
);
CREATE TABLE knocks (
  id BIGSERIAL NOT NULL,
  digest TEXT NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT pk_knocks PRIMARY KEY (id)
);
CREATE INDEX ix_knocks_at ON knocks (at);
CREATE INDEX knocks_of ON knocks (digest, at);
UPDATE alembic_version SET version_num='0012' WHERE alembic_version.version_num = '0011';
