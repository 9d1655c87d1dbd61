"""What is done to a document, one step a module."""
