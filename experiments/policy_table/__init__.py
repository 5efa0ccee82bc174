"""The table of policies: every shipped policy, what theory expects of it, and what it does."""
