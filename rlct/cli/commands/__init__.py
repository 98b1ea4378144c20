"""One file for each subcommand; the file's name is the command's name, and it defines ``command``."""
