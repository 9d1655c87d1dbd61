"""What a worker process needs, imported once by the fork server before it forks workers."""

import tasks.edit
import tasks.fields.registry
import tasks.sources.warc
import tasks.text.html
import tasks.text.plain  # noqa: F401
