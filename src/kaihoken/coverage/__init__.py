"""資格: who is covered, by whom, and what a question may see of it. The heart of the house."""
