"""Suggestions: reports that look alike in what joins nobody by itself. A person decides; nothing here joins anything."""
