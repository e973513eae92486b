"""What happens next: this event wakes these actions."""
