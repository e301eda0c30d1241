"""The training range: scenarios with their worlds, courses, attempts and scores; an installation of its own, apart from live data."""
