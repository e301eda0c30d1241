"""Pages of a case on which work is done: diary, persons, tasks, registration, reports and links, its end; and transfers."""
