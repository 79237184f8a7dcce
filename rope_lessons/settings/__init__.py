"""What do a model's settings say about position, and foretell?

Config files of all formats become one model's settings; what these foretell is told here, too.
"""
