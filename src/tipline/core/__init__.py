"""What every room stands on and no room's domain: configuration, database, jobs, clock, hostile text, storage."""
