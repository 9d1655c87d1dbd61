"""`copydesk up`: everything that runs unattended on one machine, kept alive."""
