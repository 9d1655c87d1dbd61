"""Counts how common terms are in news at large: `python -m bench.story_terms CORPUS > FILE`.

usage: python -m bench.story_terms CORPUS

CORPUS holds folders `<set>/truth.jsonl` with `body` and `lang`; sets of stories are left out, so
that nothing is learned from what is measured. Prints rows of language, term, share of texts, for
`tasks/lexicon/common_terms.tsv`: terms in at least two texts, the most common first.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tasks.stories.terms import list_terms

_FEWEST_TEXTS = 4
_MOST_TERMS = 6_000


def read_bodies(corpus: Path) -> Iterator[tuple[str, str]]:
    """(language, body) of every text of the sets."""
    for truth in sorted(corpus.glob("*/truth.jsonl")):
        if truth.parent.name == "stories":
            continue
        for line in truth.read_text("utf-8").splitlines():
            row = json.loads(line)
            if isinstance(row.get("body"), str) and row["body"]:
                yield row.get("lang") or "en", row["body"]


def main() -> None:
    """Print the table."""
    texts: Counter[str] = Counter()
    having: dict[str, Counter[str]] = defaultdict(Counter)
    for language, body in read_bodies(Path(sys.argv[1])):
        texts[language] += 1
        having[language].update({term.key for term in list_terms(body, language)})
    sys.stdout.write("# How common terms are in news: language, term, share of texts.\n")
    for language in sorted(code for code, n in texts.items() if n >= _FEWEST_TEXTS):
        common = sorted(having[language].items(), key=lambda item: (-item[1], item[0]))
        for term, count in common[:_MOST_TERMS]:
            if count > 1:
                sys.stdout.write(f"{language}\t{term}\t{count / texts[language]:.4f}\n")


if __name__ == "__main__":
    main()
