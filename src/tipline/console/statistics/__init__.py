"""Screens of statistics: figures with charts and tables, what is kept and published of them."""
