"""The processes of a month, one a file, each with its own parameters."""
