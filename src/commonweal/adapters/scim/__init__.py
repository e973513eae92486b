"""SCIM 2.0 (RFC 7643, RFC 7644): accounts as a directory writes and reads them."""
