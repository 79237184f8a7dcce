"""What does a notebook show?

Figures and what moves them, predictions, tables of progress, the napkin, the capstone's sheets.
"""

import logging

# The first drawing on a machine looks its fonts up, and would say so among a cell's results.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
