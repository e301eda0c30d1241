"""The wall of clocks, those of a case, and what people do with them."""
