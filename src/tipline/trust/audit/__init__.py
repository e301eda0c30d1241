"""The provable log: one entry for every write, in the writer's own transaction."""
