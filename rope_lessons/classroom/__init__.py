"""How is a copy of the course graded, started anew or brought up to date?

Grading, starting an exercise anew, and bringing a copy up to date.
"""
