"""The directory by the HSDS 3.0 API: public, read only, at /hsds/."""
