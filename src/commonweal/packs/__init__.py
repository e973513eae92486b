"""Files that ship: protocols, policy, pathways, instruments, glossaries."""
