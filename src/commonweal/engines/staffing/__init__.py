"""Coverage, queueing and simulation of a deployment."""
