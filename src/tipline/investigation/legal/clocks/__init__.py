"""Clocks of law and of practice: what starts them, when they end, what happens then. As data; people pause them."""
