"""Where lines come from: files of any common form, tcp, udp, replay. The edge: may touch files and sockets.

files    open_input(path): plain, gzip or zstd, told apart by content: NMEA lines, CSV, JSON, Parquet
"""
