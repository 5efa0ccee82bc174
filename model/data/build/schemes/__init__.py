"""Visa schemes with their dated versions, and the queues for permanence that depend on origin.

**Money.** Thresholds are the raw table's rough conversions at fixed rates of about 2025, taken as
USD of 2024 without further deflation; a threshold that follows wages is thus constant in real
terms. **Imputed.** Every value that no retrieved page states is named in `imputed`: general
knowledge in the raw table, a condition that stands for something the model cannot see (acclaim,
language), or the defaults by type of scheme and by country. **Places** without known demand get
`1 - AI_SHARE_OF_APPLICANTS` times the places as outside applicants, that is, a quota just met.
"""
