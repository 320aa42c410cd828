"""The front door: command line, configuration, the watch loop, the web.

cli       the command `hanbada`
decode    `hanbada decode`: files to objects, CSV or Parquet
"""
