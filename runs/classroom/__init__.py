"""Exercises: their runs, answers, lessons and pages, and the minds that students write."""
