select coalesce(outlet, site) as outlet, left(title, 44) as title, authors, published_on as published, word_count as words
from latest_articles
order by published_on, outlet nulls last
