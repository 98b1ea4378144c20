"""Certificates and their independent checker (nothing here imports the search)."""
