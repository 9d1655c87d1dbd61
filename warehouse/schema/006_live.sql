-- Live news: the sources that are polled, and what became of each address and each fetch. No
-- PRIMARY KEYs here either: the loads keep the rows unique, and tests check it.

alter table documents add column robots VARCHAR;
comment on column documents.robots is
    'What in the robots.txt of its host allowed the fetch; null for what was not fetched by a poll';

comment on column documents.told is
    'What the source said of the page, as JSON: title, byline, published, modified, last_modified (HTTP), outlet, section, language, zone, summary, tags, and by (who says so: feed, sitemap, or null for a manifest); evidence for the fields';

create table sources (
    name VARCHAR not null,
    kind VARCHAR not null,
    url VARCHAR not null,
    outlet VARCHAR,
    zone VARCHAR,
    language VARCHAR,
    every_seconds INTEGER,
    pace_seconds DOUBLE,
    max_pages INTEGER,
    revisits INTEGER[],
    enabled BOOLEAN not null,
    added_at TIMESTAMPTZ not null,
    changed_at TIMESTAMPTZ not null
);
comment on table sources is
    'What is polled, one row each, as people set it up; what became of it is in fetch_state and fetches';
comment on column sources.name is 'Name of the source: its key';
comment on column sources.kind is 'What it is: feed, sitemap, list, home, archive or inbox';
comment on column sources.url is 'Address of the listing; a path for an inbox or an archive';
comment on column sources.outlet is 'Outlet its pages belong to, where the pages do not say';
comment on column sources.zone is 'Time zone of the outlet, an IANA name';
comment on column sources.language is 'Language of its pages, ISO 639-1';
comment on column sources.every_seconds is
    'Fixed time between two polls; null where it follows how often the source publishes';
comment on column sources.pace_seconds is
    'Least time between two requests to one host; null for the setting of the run';
comment on column sources.max_pages is
    'Most new pages that one poll takes; null for the setting of the run';
comment on column sources.revisits is
    'Ages in seconds at which a page is fetched again; null for the setting of the run';
comment on column sources.enabled is 'Whether it is polled';
comment on column sources.added_at is 'When it was added';
comment on column sources.changed_at is 'When it was last changed';

create table fetch_state (
    url VARCHAR not null,
    url_key UBIGINT not null,
    host VARCHAR not null,
    role VARCHAR not null,
    kind VARCHAR,
    source VARCHAR,
    nested_in VARCHAR,
    told VARCHAR,
    found_at TIMESTAMPTZ not null,
    next_at TIMESTAMPTZ,
    "interval" INTEGER,
    fetched_at TIMESTAMPTZ,
    changed_at TIMESTAMPTZ,
    status INTEGER,
    outcome VARCHAR,
    etag VARCHAR,
    last_modified VARCHAR,
    sha256 VARCHAR,
    visits INTEGER not null,
    failures INTEGER not null,
    moved_to VARCHAR,
    answered_by VARCHAR
);
comment on table fetch_state is
    'What is remembered of each address, one row each, and when it is fetched next; rows not fetched yet are the frontier';
comment on column fetch_state.url is 'The address in its normal form: the key';
comment on column fetch_state.url_key is
    'First 64 bits of the SHA-256 of url: what look-ups scan instead of the long text';
comment on column fetch_state.host is 'Host and port, in lower case';
comment on column fetch_state.role is 'What it is to us: listing or page';
comment on column fetch_state.kind is 'What sort of listing it is: feed, sitemap, list, home …';
comment on column fetch_state.source is 'Source through which it was found';
comment on column fetch_state.nested_in is 'Listing in which a listing was found';
comment on column fetch_state.told is
    'What the listing said of the page, as JSON; see documents.told';
comment on column fetch_state.found_at is 'When it was found';
comment on column fetch_state.next_at is 'When it is due; null when it is not fetched again';
comment on column fetch_state."interval" is
    'Seconds between two polls of a listing, as it is now';
comment on column fetch_state.fetched_at is 'When it was last fetched, well or not';
comment on column fetch_state.changed_at is 'When a fetch last brought other bytes';
comment on column fetch_state.status is 'HTTP status of the last fetch';
comment on column fetch_state.outcome is 'How the last fetch ended; see fetches.outcome';
comment on column fetch_state.etag is 'ETag of the bytes last kept';
comment on column fetch_state.last_modified is 'Last-Modified of the bytes last kept, as sent';
comment on column fetch_state.sha256 is 'SHA-256 of the bytes last kept';
comment on column fetch_state.visits is 'Fetches that ended well';
comment on column fetch_state.failures is 'Fetches since the last good one that did not';
comment on column fetch_state.moved_to is
    'Address it redirects to for good, or under which the same page is fetched';
comment on column fetch_state.answered_by is
    'Address that the validators are of, where it redirects';

create table fetches (
    fetch_id VARCHAR not null,
    url VARCHAR not null,
    host VARCHAR not null,
    role VARCHAR not null,
    source VARCHAR,
    started_at TIMESTAMPTZ not null,
    outcome VARCHAR not null,
    status INTEGER,
    code VARCHAR,
    message VARCHAR,
    final_url VARCHAR,
    size BIGINT not null,
    seconds DOUBLE not null,
    content_type VARCHAR,
    robots VARCHAR,
    found INTEGER,
    document_uri VARCHAR
);
comment on table fetches is
    'The log: one row for each fetch, redirects and all; older rows are removed by and by';
comment on column fetches.fetch_id is 'Id of the fetch';
comment on column fetches.url is 'Address that was asked for';
comment on column fetches.host is 'Its host and port, in lower case';
comment on column fetches.role is 'What it is to us: listing or page';
comment on column fetches.source is 'Source on whose behalf it was fetched';
comment on column fetches.started_at is 'When it was asked for';
comment on column fetches.outcome is
    'How it ended: fetched, unchanged, moved, gone, refused, busy, failed, forbidden, blocked, unsuitable or postponed';
comment on column fetches.status is 'HTTP status of the last answer';
comment on column fetches.code is 'Kebab-case code of what went wrong';
comment on column fetches.message is 'What went wrong, and what to do';
comment on column fetches.final_url is 'Address that answered, after redirects';
comment on column fetches.size is 'Bytes of the body as sent';
comment on column fetches.seconds is 'Seconds from asking to the end of the body';
comment on column fetches.content_type is 'Media type the server gave, as given';
comment on column fetches.robots is 'What in robots.txt allowed or forbade it';
comment on column fetches.found is 'New pages that a listing named';
comment on column fetches.document_uri is 'Document it brought; see documents.uri';

create table hosts (
    host VARCHAR not null,
    robots VARCHAR,
    robots_status INTEGER,
    robots_at TIMESTAMPTZ,
    pace_seconds DOUBLE,
    latency_seconds DOUBLE,
    failures INTEGER not null,
    paused_until TIMESTAMPTZ,
    pause_reason VARCHAR,
    postponed INTEGER not null
);
comment on table hosts is 'What is remembered of each host that was asked';
comment on column hosts.host is 'Host and port, in lower case: the key';
comment on column hosts.robots is 'Text of its robots.txt, at most 512 KiB';
comment on column hosts.robots_status is
    'How its server answered for robots.txt; null when it could not be reached';
comment on column hosts.robots_at is 'When robots.txt was asked for';
comment on column hosts.pace_seconds is 'Time between two requests that it seems to bear';
comment on column hosts.latency_seconds is 'How long it takes to answer, on the average';
comment on column hosts.failures is 'Fetches in a row that failed';
comment on column hosts.paused_until is 'Until then it is not asked';
comment on column hosts.pause_reason is 'Why it is not asked until then';
comment on column hosts.postponed is 'Runs in a row for which it was too slow';
