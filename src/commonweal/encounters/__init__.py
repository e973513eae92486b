"""What the team found and did; screeners; disposition; follow-up."""
