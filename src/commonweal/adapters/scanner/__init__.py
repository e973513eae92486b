"""The check of files against malware: clamd, or whatever speaks as it does."""
