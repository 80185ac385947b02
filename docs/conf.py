"""Sphinx reads this. The pages are Markdown."""

from importlib.metadata import version as version_of

project = "clustrix"
author = copyright = "the clustrix authors"
release = version = version_of("clustrix")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
# They would fill lines with type variables; sentences say what is taken and given.
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 100
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"clustrix {version}"
