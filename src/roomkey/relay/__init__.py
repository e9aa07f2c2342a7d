"""The relay: stores and forwards ciphertext, and knows nobody's name or key."""
