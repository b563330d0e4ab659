"""What is bound into the sandbox: the agent, its protocol and the nnlib of graded work."""
