"""The telecommunicator's call desk."""
