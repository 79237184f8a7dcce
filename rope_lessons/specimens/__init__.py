"""What do lessons take apart?

Layers, black boxes, impostors, and schemes side by side.
"""
