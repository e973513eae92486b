"""SAML sign-in: the library's views, with a provider that believes each assertion once."""
