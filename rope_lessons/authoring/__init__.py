"""How are the notebooks made, and is the house in order?

For authors: notebooks from their sources, and the rooms of this package.
"""
