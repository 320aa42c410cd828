"""How the scanner's two arrays are divided up: the desk (integers) and the store (bytes).

Two arrays carry everything, because each array argument costs a compiled call seven words and the compiler a second.
"""

from hanbada.ais.lines import MAX_LINE, MAX_PART, MAX_SINGLE, MAX_WAITING, REJECT_CODES

PADDING = 256
"""Bytes that must lie behind the last byte a kernel is asked to look at: it reads whole words."""
NEVER = -(1 << 63)
"""A time that is not known."""
BLOCK = 4096
"""Messages scanned and unpacked at a time: their bits and places stay in the nearest cache."""
SENTENCES = MAX_LINE // 16
"""More sentences than one line can hold."""
ROOM = 8192
"""More rejects, or new stations, than one line can bring, even if its sentences push out every unfinished message."""
MAX_PARTS = 9
QUEUES = 44
"""Sequence numbers 0-9 and none, times four kinds of channel."""
STATIONS = 1 << 16

# The desk: one array of integers that holds, in this order, what the scanner remembers, and what it hands over.
# Places of single numbers:
D_LINE, D_AT, D_STATION, D_GROUP, D_SERIAL, D_BLANK, D_STAMP, D_OTHER, D_REJECT, D_IGNORED = range(10)
D_STORED, D_MESSAGES, D_REJECTS, D_STATIONS, D_FRESH, D_WHY, D_DETAIL = range(10, 17)
# Rejects: a row each. The detail is the line at START, or the number at LENGTH where START is -1.
REJECTS, REJECT = 24, 4
R_LINE, R_CODE, R_START, R_LENGTH = range(4)
MAX_REJECTS = 8 * ROOM
# Messages that wait for parts: a row each, MAX_WAITING rows per queue.
WAITING, WAIT = REJECTS + REJECT * MAX_REJECTS, 36
W_SERIAL, W_TOTAL, W_STATION, W_GROUP, W_AT, W_LAST, W_HAVE = range(7)
W_LENGTH, W_FILL, W_LINE = 8, 17, 26
IN_USE = WAITING + WAIT * QUEUES * MAX_WAITING
"""Per queue, which of its rows are taken, a bit each."""
# Stations: hash and number, found by open addressing; those heard for the first time in a call, by where they stand.
NAMES = IN_USE + 64
FRESH = NAMES + 2 * STATIONS
MAX_FRESH = 2 * ROOM
# Messages of a block, listed by layout: how many, then a column each of where the bits stand (offset << 16 | length),
# line, time, station, and the row in the layout's first and second table.
MAX_LAYOUTS = 63
LENGTHS = FRESH + 2 * MAX_FRESH
SHORTS = LENGTHS + 64
"""Messages per layout that end before its last field does."""
LISTS = SHORTS + 64
LIST = MAX_LAYOUTS * BLOCK + 72
"""The odd end keeps the columns from meeting in the same few lines of the nearest cache."""
PLACE, LINE, AT, STATION, ROW, ROW_2 = (LISTS + column * LIST for column in range(6))
COUNTS = LISTS + 6 * LIST
"""Rows per table."""
NO_TABLE = 63
"""The second table of a layout that has only one."""
NULLS = COUNTS + 64
"""Nulls per column, of all tables in a row."""
MAX_COLUMNS = 1024
# The bits of some messages of a layout as columns of words; one more is read than a field begins in.
TILE, MAX_WORDS = 512, 9
WORDS = NULLS + MAX_COLUMNS
DESK = WORDS + TILE * MAX_WORDS
SCRATCH = 10 * TILE
"""Bytes at the end of an arena for one field of those messages: validity, then values."""

# The program: which layout a message has, how many rows each table can take, then a row each for every layout, for
# every column of every table (what is to be packed into bits, -1 for nothing), and for every field.
SINGLE, VARIANT, VARIANTS = 0, 64, 5
CAPACITIES = VARIANT + 4 * VARIANTS
PLANS, PLAN = CAPACITIES + 64, 7
L_TABLE, L_TABLE_2, L_FIRST, L_LAST, L_MIN_BITS, L_ALL_BITS, L_WORDS = range(7)
PACKS, PACK = PLANS + PLAN * MAX_LAYOUTS, 3
P_TABLE, P_VALID, P_FLAGS = range(3)
ENTRIES, ENTRY = PACKS + PACK * MAX_COLUMNS, 13
E_KIND, E_START, E_WIDTH, E_SIGNED, E_LOW, E_HIGH, E_NONZERO, E_NONZERO_WIDTH = range(8)
E_VALUES, E_VALID, E_SLOT, E_TABLE, E_TAIL = range(8, 13)
K_U8, K_U16, K_U32, K_F32, K_F64, K_ROT, K_TEXT, K_DATA, K_AT, K_LINE, K_TYPE, K_SOURCE, K_NULL = range(13)

# The store: packed bits of the messages of a block, then the parts of unfinished messages, then room to join them.
PARTS = BLOCK * (MAX_SINGLE + 16) + PADDING
PART = MAX_PARTS * MAX_PART + 8
JOINED = PARTS + QUEUES * MAX_WAITING * PART + 8
STORE = JOINED + PART + PADDING
NOT_NMEA, MALFORMED, BAD_CHECKSUM, BAD_PAYLOAD, TOO_LONG, INCOMPLETE, TOO_SHORT, UNKNOWN_TYPE = range(8)
CODES = tuple(REJECT_CODES)[: UNKNOWN_TYPE + 1]
"""Names of the rejects, in the order of their numbers."""
# The divisors: the rate of turn of every raw code, then the divisor of every field.
RATES = 256
