"""The sources as people keep them: settings, names, files, and what changes. Prints nothing."""
