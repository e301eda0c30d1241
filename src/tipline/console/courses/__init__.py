"""Pages of courses in a training range: for instructors and for trainees."""
