"""The quality gate: `make quality CORPUS=DIR`.

usage: python -m bench.quality CORPUS [--against FILE [--pin [--allow-lower]]] [--repeat]
                               [--markdown] [--workers N] [--keep FOLDER] [--no-cost]

CORPUS is the folder that holds the sets. Every set is cleaned with `copydesk clean`, and one table
goes to standard output: a row for all pages of a set, one for each half of its publishers ("tune"
and "held"), one for each language. Everything else is told on standard error. Exits with 1 when a
pinned figure falls, when a baseline would be lowered, or when a page differs the second time; with
2 when the call or the corpus is wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.quality.baseline import (
    Baseline,
    compare,
    make_baseline,
    read_baseline,
    write_baseline,
)
from bench.quality.cleaning import (
    Manifest,
    Repeat,
    add_repeats,
    choose_other,
    clean_manifest,
    compare_lines,
    copy_manifest,
    keep_lines,
    list_differences,
    read_lines,
)
from bench.quality.corpus import Corpus, PageSet, read_corpus
from bench.quality.cost import measure_cost
from bench.quality.figures import Row, make_rows
from bench.quality.shown import read_texts
from bench.quality.table import COST, format_change, format_markdown, format_table
from tasks.errors import CopydeskError, UsageError
from tasks.model import Media

_SOME = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; an error that was foreseen is told in a sentence."""
    try:
        return run(_parse(arguments))
    except CopydeskError as error:
        tell(str(error))
        return 2 if isinstance(error, UsageError) else 1


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.quality", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("corpus", type=Path, help="the folder that holds the sets")
    add("--against", type=Path, metavar="FILE", help="compare with the figures pinned in FILE")
    add("--pin", action="store_true", help="pin the figures in that FILE instead")
    add("--allow-lower", action="store_true", help="pin them even where one is lower")
    add("--repeat", action="store_true", help="clean all twice and compare byte by byte")
    add("--markdown", action="store_true", help="print the table as Markdown")
    add("--workers", type=int, default=0, help="worker processes; 0 is one a core")
    add("--keep", type=Path, metavar="FOLDER", help="keep what copydesk clean printed")
    add("--no-cost", action="store_true", help="do not measure the CPU of a page")
    options = parser.parse_args(arguments)
    if options.pin and not options.against:
        parser.error("--pin needs the FILE of --against")
    return options


def run(options: argparse.Namespace) -> int:
    """Measure, print, then compare or pin."""
    baseline = _read_pinned(options)
    corpus = read_corpus(options.corpus)
    for note in corpus.notes:
        tell(note)
    rows, repeats = measure(corpus, options)
    today = make_baseline(corpus.digest, rows)
    cost = [] if options.no_cost else list_costs(corpus)
    table = [*rows, *cost]
    text = format_markdown(table, today.date) if options.markdown else format_table(table)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    differs = tell_repeat(add_repeats(repeats)) if options.repeat else 0
    if options.pin:
        return differs or pin(options.against, baseline, today, options.allow_lower)
    return (check(baseline, today) if baseline else 0) or differs


def _read_pinned(options: argparse.Namespace) -> Baseline | None:
    """Before the minutes that measuring takes, so that a wrong path is told at once."""
    path = options.against
    if path is None or (options.pin and path.parent.is_dir() and not path.exists()):
        return None
    return read_baseline(path)


def measure(corpus: Corpus, options: argparse.Namespace) -> tuple[list[Row], list[Repeat]]:
    """Clean and judge every set; with `repeat`, clean it twice."""
    rows: list[Row] = []
    repeats: list[Repeat] = []
    with tempfile.TemporaryDirectory() as scratch:
        for page_set in corpus.sets:
            for media, path in page_set.manifests.items():
                manifest = copy_manifest(path, Path(scratch))
                lines = clean_manifest(manifest, options.workers)
                if options.keep:
                    keep_lines(options.keep, f"{page_set.name}.{media}", [*lines.values()])
                rows += _judge(page_set, media, lines, manifest)
                if options.repeat:
                    repeats.append(_repeat(manifest, lines, options.workers))
    return rows, repeats


def _judge(page_set: PageSet, media: Media, lines: dict[str, str], manifest: Manifest) -> list[Row]:
    name = f"{page_set.name} {media}"
    records = read_lines(name, lines)
    problems = sum(record["problem"] is not None for record in records.values())
    tell(f"{name}: {len(records)} pages, {problems} of them problems")
    texts = read_texts(manifest.rows) if media is Media.TEXT else {}
    return make_rows(page_set, media, records, texts)


def _repeat(manifest: Manifest, lines: dict[str, str], workers: int) -> Repeat:
    again = clean_manifest(manifest, choose_other(workers), backwards=True)
    repeat = compare_lines(lines, again)
    for key in repeat.different[:_SOME]:
        names = ", ".join(sorted(list_differences(lines[key], again[key])))
        tell(f"{manifest.place.parent.name}/{manifest.place.name} {key} differs: {names}")
    return repeat


def list_costs(corpus: Corpus) -> list[Row]:
    """A row for each medium."""
    manifests = [path for page_set in corpus.sets for path in page_set.manifests.values()]
    costs = measure_cost(manifests)
    return [Row(COST, m.value, "all", n, {COST: ms}) for m, (n, ms) in sorted(costs.items())]


def tell_repeat(repeat: Repeat) -> int:
    """1 when a page came out different."""
    tell(
        f"cleaned twice, backwards and with another number of workers: {repeat.compared} pages "
        f"compared, {len(repeat.different)} different"
    )
    return 1 if repeat.different else 0


def check(baseline: Baseline, today: Baseline) -> int:
    """1 when a pinned figure fell by more than the tolerance."""
    if baseline.corpus != today.corpus:
        tell("The baseline is of another corpus; nothing was compared.")
        return 0
    changes = list(compare(baseline, today))
    for change in changes:
        tell(format_change(change))
    fallen = sum(change.failed for change in changes)
    tell(f"against the baseline of {baseline.date}: {len(changes)} figures differ, {fallen} fell")
    return 1 if fallen else 0


def pin(path: Path, before: Baseline | None, today: Baseline, allow_lower: bool) -> int:
    """Write the baseline; 1 and nothing written where it would be lowered without leave."""
    if before and not allow_lower and _would_lower(before, today):
        tell(
            "Nothing was pinned. Lower the baseline on purpose with --allow-lower (ALLOW_LOWER=1)."
        )
        return 1
    write_baseline(path, today)
    tell(f"Pinned in {path}.")
    return 0


def _would_lower(before: Baseline, today: Baseline) -> bool:
    """The figures of another corpus would be lost, which is the lowest they can be."""
    if before.corpus != today.corpus:
        tell("The baseline is of another corpus, whose figures would be lost.")
        return True
    lower = [change for change in compare(before, today) if change.lowered]
    for change in lower:
        tell(format_change(change))
    return bool(lower)


def tell(sentence: str) -> None:
    """A line on standard error."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
