select outlet, left(title, 48) as title, byline, published_on as published, word_count as words
from latest_articles
order by published_on desc, outlet
limit 12
