"""Lists of people that an agency keeps elsewhere: tables to the agency's own records."""
