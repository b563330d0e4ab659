"""The course's own tool, `python3 -m course COMMAND`: set-up, tests and the making of lessons."""
