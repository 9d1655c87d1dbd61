-- What has been applied to this file: numbered migrations, and the views, by checksum.

create table schema_migrations (
    name VARCHAR not null,
    number INTEGER,
    checksum VARCHAR not null,
    applied_at TIMESTAMPTZ not null
);
comment on table schema_migrations is
    'Migrations and views applied to this file, with the checksums they were applied with';
comment on column schema_migrations.name is 'File the migration or view came from';
comment on column schema_migrations.number is 'Number of the migration; null for a view';
comment on column schema_migrations.checksum is 'SHA-256 of the file when it was applied';
comment on column schema_migrations.applied_at is 'When it was applied';
