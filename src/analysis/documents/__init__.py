"""Raw documents with stable offsets, their descriptors, and the integrity of data/raw."""
