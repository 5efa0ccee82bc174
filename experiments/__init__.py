"""What we ask of the model: runs, records, pictures."""
