"""SCIM 2.0 at /scim/v2: an agency's directory keeps the accounts of that agency."""
