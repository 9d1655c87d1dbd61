-- The time zones of sites, learned from those of their pages that print an offset.
create table outlet_zones (
    site VARCHAR not null,
    zone VARCHAR not null,
    times INTEGER not null
);
comment on table outlet_zones is
    'Time zones of sites as known when the last run was completed; later pages that print a time without an offset are read in them';
comment on column outlet_zones.site is 'Host of the articles without www';
comment on column outlet_zones.zone is 'IANA name of the zone';
comment on column outlet_zones.times is
    'Times printed with an offset that it was learned from, at most the newest 400';
