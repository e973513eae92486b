"""Counts of need by place and hour, with intervals; service deserts."""
