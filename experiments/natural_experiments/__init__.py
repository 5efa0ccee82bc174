"""Natural experiments of the literature, replayed with the published estimators.

One file an experiment; ``estimators`` works on plain tables, ``replay`` lives the worlds, ``page``
sets what was found beside what was published.
"""
