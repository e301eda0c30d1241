"""A trainee's own desk in Tipline's own screens: an agency and a bundle made for them, and checks of what they did there."""
