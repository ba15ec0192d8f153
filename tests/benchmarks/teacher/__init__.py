"""Teacher of the shipped run: a sentence encoder's answers to a transfer set, written as soft labels."""
