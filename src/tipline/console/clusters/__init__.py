"""Pages of clusters: what hangs together with a report, by what, and what people say of it."""
