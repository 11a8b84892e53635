"""The faces of ibid: the command line.

Nothing is imported here, so that `ibid --help` and a mistyped option answer at once.
"""

__version__ = "0.1.0"
