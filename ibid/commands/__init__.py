"""The commands of the command line, a module each, or one for a few that belong together.

options         what several commands take, declared once
groups          options that a command takes together
ask, search, chat, serve, mcp                       what asks
index, watch, fetch, export                         what makes the index
history, rollback, doctor, sources, verify, diff    what looks at the index, or goes back
impact                                              what indexing would do to answers
eval, runs, sweep, gold                             what scores

Nothing here is imported by the rest of ibid but by `ibid.cli`, which puts them together.
"""
