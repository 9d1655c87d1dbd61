"""All fields in one table: `make fields CORPUS=DIR`.

usage: python -m bench.fields CORPUS

CORPUS holds sets as for `make quality`. First title, authors and times of every set with truth, as
`copydesk clean` gives them; then the facts, the speech and the names beside labels made by hand;
then what confidences are worth; last the CPU of all fields together, reading the page left out.
Exit code 2: the corpus is no such folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from bench import calibration, facts, mentions, quotes
from bench.quality.cleaning import clean_manifest, copy_manifest, read_lines
from bench.quality.corpus import Corpus, PageSet, read_corpus
from bench.quality.figures import HALVES, Row, make_rows
from bench.quality.shown import read_texts
from bench.quality.table import format_table
from tasks.errors import CopydeskError
from tasks.model import Document, Media

SHOWN = (
    "title", "author_set", "author_f1", "day", "instant", "author_set_shown", "day_shown",
)  # fmt: skip
# Pages read before the clock starts, taken evenly: languages load what they need.
WARM_UP = 60


def list_rows(page_set: PageSet) -> Iterator[Row]:
    """The rows of a set that tell of fields: all pages and the halves."""
    with tempfile.TemporaryDirectory() as scratch:
        for media, path in page_set.manifests.items():
            manifest = copy_manifest(path, Path(scratch))
            records = read_lines(page_set.name, clean_manifest(manifest, 0))
            texts = read_texts(manifest.rows) if media is Media.TEXT else {}
            for row in make_rows(page_set, media, records, texts):
                figures = {name: row.figures[name] for name in SHOWN if name in row.figures}
                if figures and row.part in HALVES:
                    yield replace(row, figures=figures)


def measure_fields(corpus: Corpus) -> Iterator[tuple[str, int, float]]:
    """(medium, pages, mean milliseconds of CPU) of all fields together, in a process like a
    worker's, its libraries and lexicons loaded."""
    from py3langid import classify

    from tasks.desk import rehearse
    from tasks.fields.registry import find_article

    classify("")  # loads the model that a few texts need
    for media in Media:
        pages = [
            page
            for page_set in corpus.sets
            if media in page_set.manifests
            for _, page in calibration.read_pages(page_set.manifests[media], media)
        ]
        # The garbage collector leaves the pages alone, which a worker does not hold.
        rehearse()
        spent: list[float] = []
        for page in [*pages[:: max(1, len(pages) // WARM_UP)], *pages]:
            document = Document("", "", 0, "bench:", page.fetched_at)
            began = time.process_time()
            find_article(page, document)
            spent.append(time.process_time() - began)
        if pages:
            yield media.value, len(pages), 1e3 * fmean(spent[-len(pages) :])


def report(folder: Path) -> None:
    """Print every part of the table."""
    out = sys.stdout.write
    corpus = read_corpus(folder)
    out(format_table([row for page_set in corpus.sets for row in list_rows(page_set)]) + "\n")
    for name, main in (("facts", facts.main), ("speech", quotes.main), ("names", mentions.main)):
        out(f"\n{name}\n")
        main([str(folder)])
    out("\nconfidence of what was chosen\n")
    cases = [case for page_set in corpus.sets for case in calibration.list_cases(page_set)]
    calibration.print_gaps(cases)
    for media, pages, cost in measure_fields(corpus):
        out(f"\nCPU of all fields, {media}: {cost:.2f} ms a page ({pages} pages)\n")


def main(given: Sequence[str] | None = None) -> int:
    """The exit code; an error that was foreseen is told in a sentence."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path, help="the folder that holds the sets")
    arguments = parser.parse_args(given)
    try:
        report(arguments.corpus)
    except CopydeskError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
