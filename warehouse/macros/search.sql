-- Search without Python: `select * from search('turkish parliament')`. What the index knows of
-- languages is in its tables (search_words), so that here words are only folded, split and looked up.
-- `tasks/search/words.py` folds and splits in the same way; a test compares the two.

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

-- Small letters of most scripts, in few ranges: it takes ten milliseconds to make a pattern of all
-- letters there are, which is done only for a text that has others than these.
create or replace macro search_letters() as
    'a-z\x{00DF}-\x{00F6}\x{00F8}-\x{024F}\x{03AC}-\x{03CE}\x{0430}-\x{0481}\x{048A}-\x{052F}\x{05D0}-\x{05EA}\x{0620}-\x{063F}\x{0641}-\x{064A}\x{0671}-\x{06D3}\x{3041}-\x{3096}\x{30A1}-\x{30FA}\x{4E00}-\x{9FFF}\x{AC00}-\x{D7A3}';

create or replace macro search_is_plain(clean) as
    regexp_full_match(clean, '[ -@[-`{-~' || search_letters() || ']*');

-- What an apostrophe parts off and has one or two letters is no word: l'homme, Ann's, O'Brien.
create or replace macro search_parts(word, letter) as string_split(
    regexp_replace(
        regexp_replace(word, '^' || letter || '{1,2}''', ''), '''' || letter || '{1,2}$', ''),
    '''');

-- The words of a clean text. A word longer than 40 letters is indexed by these.
create or replace macro search_words_of(clean, letter, letters) as [
    search_fold(word)[:40] for word in flatten([
        case when regexp_full_match(token, search_unspaced()) then search_pairs(token)
             when contains(token, '''') then search_parts(token, letter)
             else [token] end
        for token in regexp_extract_all(
            regexp_replace(clean, '(' || search_unspaced() || ')', ' \1 ', 'g'),
            letters || '+(?:''' || letters || '+)*')
    ])
];

create or replace macro search_split(text) as search_words_of(
    search_clean(text),
    case when search_is_plain(search_clean(text)) then '[' || search_letters() || ']' else '\pL' end,
    case when search_is_plain(search_clean(text)) then '[0-9' || search_letters() || ']'
         else '[\pL\pM\pN]' end
);

-- The words of a text, as phrases are looked for in it.
create or replace macro search_text(text) as
    ' ' || array_to_string(search_words_of(search_clean(text), '\pL', '[\pL\pM\pN]'), ' ') || ' ';

-- The same of a text that has no letters but plain ones, else nothing.
create or replace macro search_plain_text(text) as list_transform(
    [search_clean(text)],
    lambda clean: case when search_is_plain(clean) then
        ' ' || array_to_string(
            search_words_of(
                clean, '[' || search_letters() || ']', '[0-9' || search_letters() || ']'), ' ')
        || ' '
    else '' end)[1];

-- Whether a question may have a phrase: marks of quotation, or a word that must not occur.
create or replace macro search_has_phrase(asked) as regexp_matches(asked, '["“”„«»＂−-]');

-- The parts of a question: words, and what stands in marks of quotation.
create or replace macro search_chunks(asked) as
    regexp_extract_all(translate(asked, '“”„«»＂−', '""""""-'), '-?"[^"]*"?|[^\s"]+');

-- Where a phrase may be in a text as it is written: one pattern is looked for in thousands of texts,
-- and only what it finds is split into words. It may find too much, and must never miss a phrase.
-- It is made of the question alone, so that it is made once, and as good as nothing for one without
-- phrases: of each value there is a list, which may be empty.

-- Letters and digits that stand for themselves, large or small, whatever marks follow. All others that
-- ASCII has not may stand for any, or for none.
create or replace macro search_simple() as
    '0-9A-Za-z\x{0391}-\x{03A1}\x{03A3}-\x{03A9}\x{03B1}-\x{03C9}\x{0402}\x{0404}-\x{0406}\x{0408}-\x{040B}\x{040F}-\x{0418}\x{041A}-\x{0438}\x{043A}-\x{044F}\x{0452}\x{0454}-\x{0456}\x{0458}-\x{045B}\x{045F}\x{0490}\x{0491}\x{05D0}-\x{05EA}\x{0621}\x{0627}\x{0628}\x{062A}-\x{063A}\x{0641}-\x{0648}\x{064A}\x{067E}\x{0686}\x{0698}\x{06AF}\x{3005}-\x{3007}\x{3041}-\x{3096}\x{30A1}-\x{30FA}\x{30FC}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{AC00}-\x{D7A3}';

-- The phrase that is looked for first, in a list: one that must occur, else all that must not.
create or replace macro search_first_phrase(asked) as list_transform(
    [search_chunks(asked)],
    lambda chunks: coalesce(
        nullif(list_filter(chunks, lambda chunk: starts_with(chunk, '"'))[:1], []),
        list_filter(chunks, lambda chunk: regexp_matches(chunk, '^-.*[^0-9A-Za-z]'))))[1];

-- Folded, and with one blank for what surely parts words. § stands for letters that are not simple, and
-- for those beside an apostrophe, which may be dropped. A word's letters after the 36th may be, too.
create or replace macro search_simplify(phrases) as list_transform(
    list_transform(phrases, lambda phrase: array_to_string(list_transform(
        string_split(search_fold(search_clean(phrase)), ''),
        lambda letter: case
            when letter = '''' or regexp_full_match(letter, '[' || search_simple() || ']') then letter
            when letter < chr(127) or letter between '‐' and '‧' or letter between '　' and '〃'
                or letter in ('«', '»', '，', '？', '！', '：', '；', '（', '）', chr(160)) then ' '
            else '§' end), '')),
    lambda phrase: trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        phrase,
        '[^ '']{0,4}''[^ '']{0,4}', '§', 'g'),
        '([^ ]{36})[^ ].*', '\1'),
        '§{9,}', '#', 'g'),
        '§+', '§', 'g'),
        ' +', ' ', 'g')));

-- As a pattern. Between letters V may be (marks, and what nobody sees), between words W, and what
-- an apostrophe (Q) parts off. One character may be two letters (ß). Characters of scripts without spaces
-- are twice in the pairs.
create or replace macro search_letters_pattern(simple) as array_to_string(list_transform(
    string_split(regexp_replace(regexp_replace(regexp_replace(
        simple,
        '(ss|ae|oe|th)', '\1?', 'g'),
        '([\x{3005}-\x{D7A3}])([^\x{3005}-\x{D7A3}])', '\1~\2', 'g'),
        '([^\x{3005}-\x{D7A3}])([\x{3005}-\x{D7A3}])', '\1~\2', 'g'), ''),
    lambda letter: case
        when letter = '?' then letter
        when letter = '§' then 'W*(?:SW*){0,12}'
        when letter = ' ' then '(?:QV*(?:SV*){1,2})?W+(?:(?:SV*){1,2}QV*)?'
        when letter = '~' then '(?:QV*(?:SV*){1,2})?W*(?:(?:SV*){1,2}QV*)?'
        when letter > '〄' then '(?:' || letter || '|V)V*(?:W*(?:' || letter || '|V)V*)?'
        else '(?:(?:(?i:' || letter || ')|V)V*)' end), '');

-- With what stands around it up to the next sign that parts words; null where nothing can be told, and
-- where there is no phrase. Marks that make another letter of a Japanese or Korean one are found, too.
create or replace macro search_pattern_of(simple) as list_transform(
    [array_to_string(list_transform(simple, lambda phrase: case
        when regexp_matches(phrase, '[^ §]')
             and not regexp_matches(phrase, ' .*[\x{3005}-\x{D7A3}]|[\x{3005}-\x{D7A3}].* |[\x{3040}-\x{30FF}].*§|§.*[\x{3040}-\x{30FF}]')
        then search_letters_pattern(phrase) else '#' end), '|')],
    lambda pattern: case when pattern <> '' and not contains(pattern, '#') then
        replace(replace(replace(replace(
            '[^D]*(?:' || pattern || '|[\x{1100}-\x{11FF}\x{3099}\x{309A}])[^D]*',
            'V', '[^\x{0}-\x{7F}«»\x{A0}\x{2010}-\x{2027}\x{3000}-\x{3003}，？！：；（）' || case when strlen(pattern) = length(pattern) then ']' else search_simple() || ']' end),
            'W', case when strlen(pattern) = length(pattern) then '[^0-9A-Za-z]' else '[^' || search_simple() || ']' end),
            'S', case when strlen(pattern) = length(pattern) then '[0-9A-Za-z]' else '[' || search_simple() || ']' end),
            'Q', '[''’ʼ＇]') end)[1];

create or replace macro search_phrase_pattern(asked) as replace(
    search_pattern_of(search_simplify(search_first_phrase(asked))),
    '[^D]', '[^\s,.;:!?()"“”„«»…–—、。，！？：；「」『』（）]');

-- What stands for the words of a question. `kind` is word, prefix (parl*, and a single character of a
-- script without spaces) or phrase; `absent` ones (-word) must not occur. A phrase's words are
-- words, too.
create or replace macro search_asked(asked) as table
with chunks as materialized (
    select search_words_of(
               clean,
               case when plain then '[' || search_letters() || ']' else '\pL' end,
               case when plain then '[0-9' || search_letters() || ']' else '[\pL\pM\pN]' end
           ) as forms, absent, quoted, prefix
    from (
        select search_clean(chunk) as clean, search_is_plain(search_clean(chunk)) as plain,
               chunk like '-_%' as absent, chunk like '%"%' as quoted, chunk like '%_*' as prefix
        from (
            select unnest(search_chunks(asked)) as chunk
        )
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
-- What can be told from the question's text alone (that it has no phrase, say) is told by it: the planner
-- then drops what is not needed.
create or replace macro search_matches(
    asked, outlet := null, since := null, until := null, language := null, author := null
) as table
with said as materialized (
    select form, kind, absent,
           row_number() over (partition by kind = 'phrase' order by absent, form, kind)::integer - 1
               as word
    from search_asked(asked)
),
all_words as not materialized (
    select form, term from search_words
    union all select form, term from search_recent_words
    union all select form, term from search_fresh_words
),
meant as materialized (
    select word, absent, unnest(terms) as term, len(terms) as terms
    from (
        select word, absent, arg_min(terms, missing) as terms
        from (
            select word, absent, missing, list(distinct term) as terms
            from (
                select word, absent, missing, term
                from (
                    select word, absent, missing, form[: length(form) - missing] as form
                    from said, (select unnest([0, 1, 2, 3]) as missing)
                    where kind = 'word' and (missing = 0 or length(form) >= 5 and not absent)
                )
                join all_words using (form)
                union all
                select said.word, said.absent, 0, spelled.term
                from (from said where kind = 'prefix') as said
                join all_words as spelled
                    on spelled.form >= said.form and spelled.form < said.form || chr(1114111)
            )
            group by all
        )
        group by all
    )
),
hits as materialized (
    select word, absent, terms, place, frequency
    from (
        select word, absent, terms, place, frequency
        from search_postings join meant using (term)
        union all
        select word, absent, terms, place, frequency
        from search_recent join meant using (term)
        union all
        select word, absent, terms, place, frequency
        from search_fresh join meant using (term)
    )
    anti join search_removed using (place)
),
known as materialized (select count(*) as articles, avg(length) as length from search_articles),
weights as materialized (
    select word, articles,
           ln(1 + ((select articles from known) - articles + 0.5) / (articles + 0.5)) as weight,
           -- Of the words after the 126th one is enough: there is a bit for each of the others.
           1::hugeint << least(word, 126) as bit
    from (
        select word, count(*) as articles from hits where not absent and terms = 1 group by word
        union all
        select word, count(*)
        from (select distinct word, place from hits where not absent and terms > 1)
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
barred as materialized (
    select place from hits where absent
    union all
    select place
    from search_articles
    anti join (
        select article_id from article_authors
        where author is not null and lower(article_authors.name) = lower(author)
    ) using (article_id)
    where author is not null
),
rarest as materialized (select arg_min(word, (articles, word)) as word from weights),
-- Where all words may be: what has the rarest, and of the others what has that one, too.
tried as (
    from hits where word = (from rarest)
    union all
    from hits
    semi join (
        select place from hits
        where word = (from rarest) and (select count(*) from weights) > 1
    ) using (place)
    where word <> (from rarest)
),
parts as materialized (
    select place, bit, weight * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length)) as score
    from tried join weights using (word) join allowed using (place)
    anti join barred using (place)
),
-- Whether there is one term in all, so that there is nothing to add up.
single as materialized (
    select (select count(*) from said where kind <> 'phrase' and not absent) = 1
           and (select count(*) from meant where not absent) = 1
),
complete as materialized (
    select place, true as complete, score from parts where (from single)
    union all
    select place, true, sum(score)
    from (from parts where not (from single))
    group by place
    having bit_or(bit) = (
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
        anti join barred using (place)
        group by place
    )
),
phrases as materialized (
    select coalesce(list(form) filter (not absent), []) as wanted,
           coalesce(list(form) filter (absent), []) as unwanted
    from said where kind = 'phrase' having count(*) > 0
),
-- Rows are found by narrow columns first, and read by their place in the table.
candidates as materialized (
    select best.place, best.score, best.complete, b.rowid as row_id
    from (
        from scored where exists (from phrases) order by score desc, place limit 2000
    ) as best
    join search_articles as a using (place)
    join articles as b on b.load_number = a.load_number and b.article_id = a.article_id
    where search_has_phrase(asked)
)
select place, score, complete from scored
where not search_has_phrase(asked) or not exists (from phrases)
union all
select place, score, complete
from (
    select place, score, complete, text, wanted, unwanted, found,
           -- Whether the phrase surely is there, or is not.
           case when found = '' then len(wanted) = 0
                when len(wanted) = 1 and len(unwanted) = 0
                     and contains(search_plain_text(found), wanted[1]) then true
           end as sure
    from (
        select place, score, complete, text, wanted, unwanted,
               regexp_extract(text, search_phrase_pattern(asked)) as found
        from (
            select candidates.place, candidates.score, candidates.complete, wanted, unwanted,
                   -- A word that nobody writes parts what stands apart.
                   concat_ws(' ǂǂ ', b.title, b.standfirst, b.byline, b.body) as text
            from candidates join articles as b on b.rowid = candidates.row_id, phrases
        )
    )
)
where search_has_phrase(asked)
  and case when sure is not null then sure
           else list_transform([search_text(text)], lambda words:
                    len(list_filter(wanted, lambda phrase: not contains(words, phrase))) = 0
                    and len(list_filter(unwanted, lambda phrase: contains(words, phrase))) = 0)[1]
      end;

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
-- By load first: ids are long, and are read where the loads are.
named as materialized (
    select b.rowid as row_id, b.article_id
    from articles as b
    join (select load_number, list(article_id) as ids from best group by load_number) as loads
        using (load_number)
    where list_contains(loads.ids, b.article_id)
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

comment on macro table search is
    'The best articles for the words asked, the best first: select * from search(''ferry strike'', outlet := ''The Courier''). Words, "phrases", prefixes* and -words that must not occur; the others are given by name: most (10 unless told), outlet (its name or host), since and until (days), language (ISO 639-1), author';
