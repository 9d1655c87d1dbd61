"""What the command line shows: tables, colours, progress. Prints, and never loads."""
