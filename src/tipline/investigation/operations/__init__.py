"""Named operations that group cases, such as Operation Blackface."""
