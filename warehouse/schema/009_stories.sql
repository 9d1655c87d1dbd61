-- Articles of one event: stories, their articles, and what became of stories.

create table stories (
    story_id VARCHAR not null,
    label VARCHAR not null,
    first_seen_at TIMESTAMPTZ not null,
    last_seen_at TIMESTAMPTZ not null,
    articles INTEGER not null,
    outlets INTEGER not null,
    languages VARCHAR[] not null
);
comment on table stories is
    'Events: articles of any outlet and language that tell of one thing within days; an article that nothing is like is a story of its own';
comment on column stories.story_id is
    'Id that stays while articles come; where stories merge, that of the larger one';
comment on column stories.label is
    'Headline of the article nearest to the middle of the newest part of the story, in the language most of it is in';
comment on column stories.first_seen_at is
    'When its first article was published; fetched, where that is not known';
comment on column stories.last_seen_at is
    'When its last article was published; fetched, where that is not known';
comment on column stories.articles is 'Articles in it';
comment on column stories.outlets is 'Different outlets among them, else sites';
comment on column stories.languages is 'Languages among them, in alphabetical order';

create table story_articles (
    story_id VARCHAR not null,
    article_id VARCHAR not null,
    dated_at TIMESTAMPTZ not null,
    joined_at TIMESTAMPTZ not null,
    outlet VARCHAR,
    language VARCHAR,
    number INTEGER not null
);
comment on table story_articles is 'Which article belongs to which story: one row for each article';
comment on column story_articles.story_id is 'The story';
comment on column story_articles.article_id is 'The article';
comment on column story_articles.dated_at is
    'Time the article counts from: published, at noon where only the day is known; fetched, where nothing is';
comment on column story_articles.joined_at is
    'When it came into the story: time of the load that led to it';
comment on column story_articles.outlet is 'Outlet of the article, else its site';
comment on column story_articles.language is 'Language of the article, ISO 639-1';
comment on column story_articles.number is 'The article, as in linked_articles';

create table story_changes (
    story_id VARCHAR not null,
    change VARCHAR not null,
    other_id VARCHAR not null,
    changed_at TIMESTAMPTZ not null
);
comment on table story_changes is 'Stories that merged or split, one row each';
comment on column story_changes.story_id is
    'The story that ended (merged), or the one that began (split)';
comment on column story_changes.change is
    'merged: its articles went to the other story; split: it began with articles of the other story';
comment on column story_changes.other_id is 'The story that went on';
comment on column story_changes.changed_at is
    'When that was found: time of the load that led to it';

create table story_sketches (number INTEGER not null, terms UINTEGER[] not null);
comment on table story_sketches is
    'What stories keep of the text of an article, by which likeness is measured';
comment on column story_sketches.number is 'The article, as in linked_articles';
comment on column story_sketches.terms is
    'Heaviest words first: the hash of a word in all but the last 8 bits, its weight in those';
