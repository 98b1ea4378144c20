"""Other ways to the same answers, for tests only: nothing of the search or the checker is used here."""
