"""What can be wrong with a listing, in a sentence that says what to do."""

from __future__ import annotations

from tasks.model import Fault, Stage


def make_fault(code: str, message: str) -> Fault:
    """A fault of the stage in which pages are found."""
    return Fault(Stage.DISCOVER, code, message)


def fault_no_listing(what: str) -> Fault:
    """`what` the bytes are instead, with an article."""
    return make_fault(
        "not-a-listing",
        f"This is {what}, no feed, sitemap or list of addresses; check the source's address.",
    )


def fault_broken(form: str, why: str, count: int) -> Fault:
    """`form` is XML or JSON; `count` is how many entries could be read all the same."""
    return make_fault(
        f"broken-{form.lower()}",
        f"Its {form} is broken ({why}); {count:,} entries could be read. "
        "Tell the outlet if it lasts.",
    )


def fault_too_many(most: int) -> Fault:
    """More entries than are taken of one listing."""
    return make_fault(
        "too-many-entries",
        f"It lists more than {most:,} pages, of which the first {most:,} are taken; "
        "raise the bound if you need the others.",
    )
