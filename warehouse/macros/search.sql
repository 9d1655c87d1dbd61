-- Search without Python: `select * from search('turkish parliament')`. What the index knows of
-- languages is in its tables (search_words), so that here words are only folded, split and looked up.
-- `tasks/search/words.py` folds and splits in the same way; a test compares the two.

-- Several words may have one key: the word must be compared, too.
create or replace macro search_key(word) as (md5_number_lower(word) >> 32)::uinteger;

-- Scripts written without spaces, and Hangul, whose words bear particles: told apart by pairs.
create or replace macro search_unspaced() as
    '[\x{0E00}-\x{0EFF}\x{1000}-\x{109F}\x{1780}-\x{17FF}\x{3005}-\x{3007}\x{3040}-\x{30FA}\x{30FC}-\x{30FF}\x{31F0}-\x{31FF}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{AC00}-\x{D7A3}\x{F900}-\x{FAFF}\x{20000}-\x{3FFFF}]+';

-- Marks are letters' own in the scripts of India and of Japan, and stay.
create or replace macro search_fold(word) as translate(
    replace(replace(replace(replace(
        case when regexp_matches(word, '[\x{0900}-\x{109F}\x{1780}-\x{17FF}\x{3040}-\x{30FF}]')
            then word else strip_accents(word) end,
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    'łøđðħıςىةکی٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
    'loddhiσيهكي012345678901234567890123456789abcdefghijklmnopqrstuvwxyz');

-- Lower case, one kind of apostrophe, and no characters that nobody sees.
create or replace macro search_clean(text) as translate(
    lower(nfc_normalize(text)),
    '’ʼ＇' || chr(1600) || chr(173) || chr(8203) || chr(8204) || chr(8205) || chr(65279),
    '''''''');

create or replace macro search_pairs(run) as
    case when length(run) = 1 then [run]
         else [run[i : i + 1] for i in range(1, length(run))] end;

-- What an apostrophe parts off and has one or two letters is no word: l'homme, Ann's, O'Brien.
create or replace macro search_parts(word) as string_split(
    regexp_replace(regexp_replace(word, '^\pL{1,2}''', ''), '''\pL{1,2}$', ''), '''');

-- A word longer than 40 letters is indexed by these.
create or replace macro search_split(text) as [
    search_fold(word)[:40] for word in flatten([
        case when regexp_full_match(token, search_unspaced())
            then search_pairs(token) else search_parts(token) end
        for token in regexp_extract_all(
            regexp_replace(search_clean(text), '(' || search_unspaced() || ')', ' \1 ', 'g'),
            '[\pL\pM\pN]+(?:''[\pL\pM\pN]+)*')
    ])
];

-- The words of a text, as phrases are looked for in it.
create or replace macro search_text(text) as
    ' ' || array_to_string(search_split(text), ' ') || ' ';

-- What stands for the words of a question. `kind` is word, prefix (parl*, and a single character of a
-- script without spaces) or phrase; `absent` ones (-word) must not occur. A phrase's words are
-- words, too.
create or replace macro search_asked(asked) as table
with chunks as (
    select search_split(chunk) as forms, chunk like '-_%' as absent, chunk like '%"%' as quoted,
           chunk like '%_*' as prefix
    from (
        select unnest(regexp_extract_all(
            translate(asked, '“”„«»＂−', '""""""-'), '-?"[^"]*"?|[^\s"]+')) as chunk
    )
)
select form,
       case when form = open_end or length(form) = 1 and regexp_full_match(form, search_unspaced())
            then 'prefix' else 'word' end as kind,
       absent
from (
    select unnest(forms) as form, absent,
           case when prefix and not quoted then forms[-1] end as open_end
    from chunks
    where not absent or len(forms) = 1 and not quoted
)
union
select ' ' || array_to_string(forms, ' ') || ' ', 'phrase', absent
from chunks
where (quoted or absent and len(forms) > 1) and len(forms) > 0;

-- Articles with what was asked for, by place, unordered. All words must occur; where no article has all, each
-- with one of them counts (`complete` is false then). A word that no article has stands for one with
-- up to three letters less. Phrases are looked for in the best 2,000. Scores are BM25 (k1 = 1.2,
-- b = 0.75), the number of articles with a word being that of all its terms together.
create or replace macro search_matches(
    asked, outlet := null, since := null, until := null, language := null, author := null
) as table
with said as materialized (
    select form, kind, absent,
           row_number() over (partition by kind = 'phrase' order by absent, form, kind)::integer - 1
               as word
    from search_asked(asked)
),
cut as materialized (
    select word, absent, search_key(form) as key, form, missing
    from (
        select word, absent, form[: length(form) - missing] as form, missing
        from said, (select unnest([0, 1, 2, 3]) as missing)
        where kind = 'word' and (missing = 0 or length(form) >= 5 and not absent)
    )
),
meant as materialized (
    select word, absent, term, count(*) over (partition by word) as terms
    from (
        select word, absent, term
        from (
            select cut.word, cut.absent, spelled.term, cut.missing,
                   min(cut.missing) over (partition by cut.word) as fewest
            from cut join search_words as spelled using (key, form)
        )
        where missing = fewest
        union
        select said.word, said.absent, spelled.term
        from (from said where kind = 'prefix') as said
        join search_words as spelled
            on spelled.form >= said.form and spelled.form < said.form || chr(1114111)
    )
),
hits as materialized (
    select meant.word, meant.absent, meant.terms, rows.place, rows.frequency
    from search_postings as rows join meant using (term)
    union all
    select meant.word, meant.absent, meant.terms, rows.place, rows.frequency
    from search_fresh as rows join meant using (term)
),
known as materialized (select count(*) as articles, avg(length) as length from search_articles),
weights as materialized (
    select word, articles, ln(1 + ((select articles from known) - articles + 0.5) / (articles + 0.5)) as weight
    from (
        select word,
               count(*) filter (terms = 1) + count(distinct place) filter (terms > 1) as articles
        from (from hits where not absent) anti join search_removed using (place)
        group by word
    )
),
allowed as not materialized (
    select a.place, a.length / (select length from known) as length
    from search_articles as a
    where (outlet is null or lower(a.outlet) = lower(outlet) or a.site = lower(outlet))
      and (since is null or a.published_on >= since)
      and (until is null or a.published_on <= until)
      and (language is null or a.language = lower(language))
),
signed as materialized (
    select a.place
    from search_articles as a
    join (
        select distinct article_id from article_authors
        where author is not null and lower(article_authors.name) = lower(author)
    ) using (article_id)
),
tried as materialized (
    select distinct place
    from (from hits where word = (select arg_min(word, (articles, word)) from weights))
    anti join (from hits where absent) using (place)
    where author is null or place in (from signed)
),
complete as materialized (
    select place, true as complete,
           sum(weight * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length))) as score
    from hits semi join tried using (place) join weights using (word) join allowed using (place)
    group by place
    -- Of the words after the 126th one is enough: there is a bit for each of the others.
    having bit_or(1::hugeint << least(word, 126)) = (
        select bit_or(1::hugeint << least(word, 126))
        from said where kind <> 'phrase' and not absent)
),
scored as materialized (
    select place, complete, round(score, 6) as score
    from (
        from complete
        union all
        select place, false,
               sum(weight * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length)))
        from (from hits where not exists (from complete))
        join weights using (word) join allowed using (place)
        anti join (from hits where absent) using (place)
        where author is null or place in (from signed)
        group by place
    )
),
phrases as materialized (
    select coalesce(list(form) filter (not absent), []) as wanted,
           coalesce(list(form) filter (absent), []) as unwanted
    from said where kind = 'phrase' having count(*) > 0
)
select place, score, complete from scored where not exists (from phrases)
union all
select place, score, complete
from (
    select best.place, best.score, best.complete, phrases.wanted, phrases.unwanted,
           -- A word that nobody writes parts what stands apart.
           search_text(concat_ws(' ǂǂ ', b.title, b.standfirst, b.byline, b.body)) as text
    from (
        from scored where exists (from phrases) order by score desc, place limit 2000
    ) as best
    join search_articles as a using (place)
    join articles as b on b.load_number = a.load_number and b.article_id = a.article_id,
    phrases
)
where len(list_filter(wanted, lambda phrase: not contains(text, phrase))) = 0
  and len(list_filter(unwanted, lambda phrase: contains(text, phrase))) = 0;

-- The best of them, and where their rows are; `matched` is how many there are in all.
create or replace macro search_best(
    asked, most := 10, outlet := null, since := null, until := null, language := null, author := null
) as table
with matched as materialized (
    from search_matches(asked, outlet := outlet, since := since, until := until,
                        language := language, author := author)
),
-- Rows are found by narrow columns first, and read by their place in the table.
top as materialized (
    select matched.score, matched.complete, a.rowid as row_id
    from (
        from matched
        where score >= (select min(score) from (select score from matched order by score desc limit most))
    ) as matched
    join search_articles as a using (place)
),
best as materialized (
    select top.score, top.complete, a.article_id, a.load_number, a.published_on
    from top join search_articles as a on a.rowid = top.row_id
    order by top.score desc, a.published_on desc, a.article_id
    limit most
),
named as materialized (
    select b.rowid as row_id, b.article_id
    from articles as b
    join best on b.load_number = best.load_number and b.article_id = best.article_id
)
select best.score, best.complete, best.published_on, best.article_id, named.row_id,
       (select count(*) from matched) as matched
from best join named using (article_id);

-- The best articles for what is asked, the best first: `select * from search('turkish parliament')`.
create or replace macro search(
    asked, most := 10, outlet := null, since := null, until := null, language := null, author := null
) as table
select best.score, b.title, b.outlet, best.published_on, b.url, b.article_id, best.complete, best.matched
from search_best(asked, most := most, outlet := outlet, since := since, until := until,
                 language := language, author := author) as best
join articles as b on b.rowid = best.row_id
order by best.score desc, best.published_on desc, b.article_id;
