ALTER TABLE attachments ALTER COLUMN letter DROP NOT NULL;
ALTER TABLE attachments ADD COLUMN sent_by TEXT DEFAULT '' NOT NULL;
ALTER TABLE attachments ADD COLUMN sent_at BIGINT;
ALTER TABLE attachments ALTER COLUMN sent_by DROP DEFAULT;
UPDATE alembic_version SET version_num='0018' WHERE alembic_version.version_num = '0017';
