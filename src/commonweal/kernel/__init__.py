"""The floor: ids, clock, base model, the journal, personal-data labels, imports as records."""
