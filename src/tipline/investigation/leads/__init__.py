"""A lead: what is known of a report, what is not, and what to do next; on the page and on paper."""
