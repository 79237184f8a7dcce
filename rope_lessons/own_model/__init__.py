"""What does a model of your own do, beside what its settings foretell?

``rope-lessons measure FOLDER`` and notebook 17. PyTorch and Transformers, the optional group
``own-model``, are imported by :mod:`~rope_lessons.own_model.reader` alone, and only when it reads.
"""
