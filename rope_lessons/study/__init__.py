"""What helps a learner between two lessons?

Flashcards, the glossary, the numbers they quote, and how far the learner is.
"""
