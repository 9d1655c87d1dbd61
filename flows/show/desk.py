"""The state of things: what is in the warehouse, what went wrong, what the doctor found."""

from rich.text import Text
