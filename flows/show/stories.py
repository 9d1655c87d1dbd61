"""Stories: the latest as a table, one with its articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from flows.plain import to_plain
from flows.show.console import name_command, open_stdout, show_controls
from flows.show.facts import format_moment, show_facts
from flows.show.rows import show_table

if TYPE_CHECKING:
    from warehouse.read_stories import Change, Story, StoryDetail


def show_stories(found: Sequence[Story], limit: int, warehouse: Path) -> None:
    """Stories as a table, and how to see one."""
    console = open_stdout()
    if not found:
        console.print("There are no such stories.")
        return
    rows = [(one.story_id, one.last_seen_at, one.articles, len(one.outlets), one.label)
            for one in found]  # fmt: skip
    show_table(("story", "last seen", "articles", "outlets", "label"), iter(rows), 0, console.file)
    if len(found) == limit:
        console.print(Text(f"The latest {limit:,} are shown; --limit shows more.", style="dim"))
    hint = name_command(f"stories {found[0].story_id}", warehouse)
    console.print(Text(f"Look at one: {hint}"), soft_wrap=True)


def show_story(detail: StoryDetail) -> None:
    """One story: what it is, what became of it, and its articles from the first on."""
    console, story = open_stdout(), detail.story
    console.print(Text(show_controls(story.label), "bold"), soft_wrap=True)
    facts = [
        ("Story", story.story_id),
        ("First seen", format_moment(story.first_seen_at)),
        ("Last seen", format_moment(story.last_seen_at)),
        ("Articles", f"{story.articles:,}"),
        ("Outlets", show_controls(", ".join(story.outlets)) or "–"),
        ("Languages", ", ".join(story.languages) or "–"),
    ]
    facts += [("Changes", _describe_change(change, story.story_id)) for change in detail.changes]
    show_facts(facts)
    rows = [(one.dated_at, one.outlet, one.title, one.article_id) for one in detail.members]
    show_table(("time", "outlet", "headline", "article"), iter(rows), 0, console.file)


def _describe_change(change: Change, story_id: str) -> str:
    """A merge or split as this story sees it."""
    when = format_moment(change.changed_at)
    if change.change == "merged":
        return f"{change.story_id} came into it at {when}"
    if change.story_id == story_id:
        return f"split from {change.other_id} at {when}"
    return f"{change.story_id} split from it at {when}"


def record_story(found: Story | StoryDetail) -> dict[str, object]:
    """A story as JSON: its row with its outlets; in full with its articles and changes."""
    record = asdict(found)
    record = record.pop("story", {}) | record
    return {key: to_plain(value) for key, value in record.items()}
