"""PyInstaller runs this first: the libraries of the package are Outtray's own, not those of programs it opens.

PyInstaller's start points LD_LIBRARY_PATH into the package. The loader has read it by now; a browser that a link
opens would inherit it, and crash on another Qt or an older libstdc++.
"""

import os

before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = before
