"""The social-service provider's referral inbox."""
