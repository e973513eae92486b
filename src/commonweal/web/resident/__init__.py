"""Community: the public pages."""
