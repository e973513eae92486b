"""Text messages out and back, by a file of the instance or a gateway over HTTP."""
