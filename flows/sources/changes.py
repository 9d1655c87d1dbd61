"""What is to be changed in the sources: of the file that is the truth, or of one that adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.sources.addresses import name_sources
from flows.sources.settings import print_settings
from tasks.errors import UsageError
from tasks.live import Source


@dataclass(frozen=True, slots=True)
class Changes:
    """Sources that are new, pairs of before and after, those that go, and how many stay."""

    added: tuple[Source, ...] = ()
    changed: tuple[tuple[Source, Source], ...] = ()
    removed: tuple[Source, ...] = ()
    same: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def put(self) -> tuple[Source, ...]:
        """The sources to be stored."""
        return (*self.added, *(after for _, after in self.changed))


def plan_sync(known: Sequence[Source], wanted: Sequence[Source]) -> Changes:
    """What makes the known sources the wanted ones, by name."""
    before = {source.name: source for source in known}
    after = {source.name: source for source in name_sources(wanted, known)}
    shared = [(before[name], source) for name, source in after.items() if name in before]
    changed = tuple((old, new) for old, new in shared if old != new)
    return Changes(
        added=tuple(source for name, source in after.items() if name not in before),
        changed=changed,
        removed=tuple(source for name, source in before.items() if name not in after),
        same=len(shared) - len(changed),
    )


def plan_import(known: Sequence[Source], read: Sequence[Source]) -> Changes:
    """What adds the sources whose addresses are new; those that are known stay as they are.

    Raises `UsageError` where a new one bears the name of another.
    """
    addresses = {source.url for source in known}
    fresh = [source for source in read if source.url not in addresses]
    named = name_sources(fresh, known)
    names = {source.name.lower(): source for source in known}
    for source in named:
        if (other := names.get(source.name.lower())) is not None:
            raise UsageError(
                f"The name {source.name} is taken: {other.url}.",
                f"Choose another for {source.url}, or change that one: "
                f"copydesk sources edit {other.name} --url …",
            )
    return Changes(added=tuple(named), same=len(read) - len(fresh))


def plan_change(known: Sequence[Source], old: Source, new: Source) -> Changes:
    """What makes a source another. Raises `UsageError` for an address that another one has."""
    for source in known:
        if source.url == new.url and source.name != old.name:
            hint = f"Remove one of them: copydesk sources remove {source.name}"
            raise UsageError(f"{new.url} is the address of {source.name} already.", hint)
    return Changes(changed=((old, new),)) if old != new else Changes(same=1)


def find_source(known: Sequence[Source], name: str) -> Source:
    """The source of this name or address. Raises `UsageError` that names what is like it."""
    for source in known:
        if name in (source.name, source.url):
            return source
    from difflib import get_close_matches

    near = get_close_matches(name, [source.name for source in known], 1, 0.5)
    hint = f"Did you mean {near[0]}?" if near else "`copydesk sources list` prints the names."
    raise UsageError(f"There is no source {name}.", hint)


def plan_removal(known: Sequence[Source], names: Sequence[str]) -> Changes:
    """What removes these sources."""
    gone = {source.name: source for source in (find_source(known, name) for name in names)}
    return Changes(removed=tuple(gone.values()), same=len(known) - len(gone))


def list_differences(old: Source, new: Source) -> list[tuple[str, str, str]]:
    """The settings that differ: the key, and both values as they are written."""
    before, after = print_settings(old), print_settings(new)
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return [(key, _print(before, key), _print(after, key)) for key in keys]


def _print(values: Mapping[str, object], key: str) -> str:
    value = values.get(key, True if key == "enabled" else None)
    if value is None:
        return "default"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ",".join(value) or "never"
    return str(value)
