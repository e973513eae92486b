"""May this person see that field for this purpose? Permit or Refusal, with reasons."""
