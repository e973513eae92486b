"""This room keeps no table: maps of need are counted afresh from de-identified sets at each question."""
