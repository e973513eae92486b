"""Events to other systems, signed, carrying no more than the receiver's permit."""
