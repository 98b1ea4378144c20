"""One module for each kind of claim a certificate makes; `rlct.certify.check` walks the script and calls them."""
