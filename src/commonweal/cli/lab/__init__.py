"""Every engine at the command line: files in, JSON out, no database."""
