"""Problems whose answers are known by construction, and the campaign that asks them."""
