"""One folder per standard or channel, the same file names in each: reader, writer, arrive, deliver."""
