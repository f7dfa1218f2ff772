"""How Sphinx builds the site: Markdown in, pages out that fetch nothing. `build.py` lays out the sources and starts it."""

import sys
from pathlib import Path

from mlp_reference import __version__

sys.path.insert(0, str(Path(__file__).parent))

project = "mlp-conformance"
author = "The mlp-conformance maintainers"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "mathml"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
toc_object_entries = False

highlight_language = "text"  # of blocks that do not say theirs

html_theme = "furo"
html_title = f"mlp-conformance {__version__}"
html_math_renderer = "mathml"
html_show_sphinx = False
html_copy_source = html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/icon.svg"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5394", "color-brand-content": "#0b5394"},
    "dark_css_variables": {"color-brand-primary": "#8ec7ff", "color-brand-content": "#8ec7ff"},
}
