"""The tables a market opens from: each with its units, years and sources."""
