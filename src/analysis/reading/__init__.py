"""Japanese numerals, units and eras, and readers of page layouts: text in, cited records out."""
