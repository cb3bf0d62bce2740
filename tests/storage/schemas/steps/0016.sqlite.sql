ALTER TABLE accounts ADD COLUMN oidc_issuer TEXT;
ALTER TABLE accounts ADD COLUMN oidc_subject TEXT;
CREATE UNIQUE INDEX accounts_identity ON accounts (oidc_issuer, oidc_subject);
UPDATE alembic_version SET version_num='0016' WHERE alembic_version.version_num = '0015';
