"""`copydesk history`: which article is meant, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import UsageError
from tasks.fields.urls import normalise_url

if TYPE_CHECKING:
    from warehouse.history import History

# Articles that are named where the beginning of an id fits several.
MOST_NAMED = 5


def find_history(key: str, warehouse: Path) -> History:
    """The history of the article with this id, beginning of an id, address or document id. Raises
    UsageError where it names none, or several."""
    from warehouse.history import find_articles, read_history

    keys = [key, *filter(None, [normalise_url(key) if "://" in key else None])]
    found = find_articles(warehouse, keys, MOST_NAMED + 1) if key.strip() else []
    if len(found) > 1:
        named = ", ".join(f"{id} ({title or 'no headline'})" for id, title in found[:MOST_NAMED])
        more = " and others" if len(found) > MOST_NAMED else ""
        raise UsageError(f"{key} fits several articles: {named}{more}.", "Give the whole id.")
    history = read_history(warehouse, found[0][0]) if found else None
    if history is None:
        raise UsageError(
            f"{warehouse} has no article with the id or address {key}.",
            'Ids are in `copydesk sql "select article_id, title, url from latest_articles"`; '
            "--warehouse names another warehouse.",
        )
    return history
