"""What a worker needs, loaded once: the fork server imports this module before it forks workers.

Importing is not enough, for lexicons, patterns and the engine load at their first use; so a page
is edited here once, and every worker inherits what that loaded.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import tasks.sources.warc
import tasks.text.template  # noqa: F401
from tasks.edit import edit_document
from tasks.intake import describe
from tasks.model import Capture, Limits

REHEARSAL = (
    b'<html lang="en"><head><title>A headline of the day</title></head><body><article>'
    b"<h1>A headline of the day</h1><p>By Ann Example</p><p>2 January 2026, 10:40</p>"
    + b"<p>The council said on Monday that it had approved the plan, after a long debate.</p>" * 5
    + b"</article></body></html>"
)

# New containers between two looks of the garbage collector: a page makes some thousands, nearly all
# of which go by themselves.
GARBAGE = 20_000


def rehearse() -> None:
    """Edit a page that shows nothing to anybody. What that loaded stays: the garbage collector,
    which takes a tenth of a text's time otherwise, never looks at it, and at the rest seldom."""
    capture = Capture("rehearsal:", REHEARSAL, datetime(2026, 1, 3, tzinfo=UTC))
    edit_document(describe(capture), REHEARSAL, None, Limits())
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


rehearse()
