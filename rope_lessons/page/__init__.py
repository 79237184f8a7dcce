"""What does a notebook show?

Figures and what moves them, predictions, tables of progress, the napkin, the capstone's sheets.
"""
