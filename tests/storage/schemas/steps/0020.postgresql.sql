ALTER TABLE tickets ADD COLUMN respond_kept BOOLEAN;
ALTER TABLE tickets ADD COLUMN restore_kept BOOLEAN;
UPDATE clocks SET run_at = 0 WHERE run_at IS NULL;
UPDATE alembic_version SET version_num='0020' WHERE alembic_version.version_num = '0019';
