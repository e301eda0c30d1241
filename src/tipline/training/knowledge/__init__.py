"""Tests before and after a course: banks of questions, papers drawn for each trainee, and what the answers say of the questions."""
