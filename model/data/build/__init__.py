"""Rebuilds the tables of `model/data` from the raw series; nobody needs it to run a market."""
