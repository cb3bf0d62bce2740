ALTER TABLE directories ADD COLUMN who TEXT DEFAULT '' NOT NULL;
ALTER TABLE directories ALTER COLUMN who DROP DEFAULT;
UPDATE alembic_version SET version_num='0013' WHERE alembic_version.version_num = '0012';
