"""The records steward's people desk."""
