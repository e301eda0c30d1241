"""Figures: named, versioned queries over facts that are kept fresh; what is published of them; reports of a desk's time."""
