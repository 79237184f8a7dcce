"""What do the models and heads trained for the course do?

Tiny transformers and their scores, Ishmael, and heads that train while you wait.
"""
