"""Write the data dictionary, made from the comments of an empty warehouse, into the documents."""

from __future__ import annotations

import re
from pathlib import Path

from warehouse.dbt import print_dbt
from warehouse.dictionary import print_chapters, print_overview, read_dictionary

ROOT = Path(__file__).parent.parent
PART = re.compile(r"(<!-- Made from .*? -->\n).*?(<!-- End of .*? -->)", re.S)
HEAD = "# Tables and views\n\nMade from the COMMENTs of the warehouse by `make dictionary`.\n\n"


def fill_readme(readme: str) -> str:
    """The README with today's overview between its two marks."""
    overview = print_overview(read_dictionary())
    return PART.sub(lambda match: f"{match[1]}\n{overview}\n{match[2]}", readme, count=1)


def make_document() -> str:
    """The text of docs/tables.md."""
    return HEAD + print_chapters(read_dictionary())


if __name__ == "__main__":
    (ROOT / "docs" / "tables.md").write_text(make_document(), encoding="utf-8")
    (ROOT / "docs" / "dbt_sources.yml").write_text(print_dbt(read_dictionary()), encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(fill_readme(readme.read_text(encoding="utf-8")), encoding="utf-8")
