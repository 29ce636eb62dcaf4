"""A new document: what its text looks like, a draft of its descriptor, and what is still missing."""
