"""Sphinx's settings. ``make site`` stages the sources and calls it: see build.py."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "RoPE, turned by hand"
copyright = "the authors; code and text under the MIT licence"
extensions = ["myst_nb", "formulas", "pages"]
html_title = project
html_theme = "furo"
html_static_path = [str(HERE / "static")]
templates_path = [str(HERE / "templates")]
exclude_patterns = ["_extra"]
html_css_files = ["course.css"]
html_js_files = [("course.js", {"defer": "defer"})]
html_math_renderer = "katex"
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_show_search_summary = False  # it would fetch every page found, which from disk fails
html_use_index = html_domain_indices = False
html_permalinks_icon = "#"
html_theme_options = {"navigation_with_keys": False, "top_of_page_buttons": []}

nb_execution_mode = "off"
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "text/html", 0)]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "pages.as_jupyterlab"
