"""The floor of the adapters that read files: bytes to numbered records, with words for what went wrong."""
