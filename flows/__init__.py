"""What runs, and when: the flows, and the command line."""
