"""Bytes as heard -> reports, plus a reason for each line we cannot use; and reports -> bytes.

columns        `start(target)`, `feed(state, data)`, `finish(state)`: the compiled decoder, blocks of Arrow columns
messages       `read_messages(state, lines)`: the readable decoder, message by message; the reference of the other
lines          lines to whole payloads, and REJECT_CODES
codec          `decode_payload(number, bits)`, `encode_message(msg_type, fields)`: payloads and fields
m1371_6        LAYOUTS, `layout_of(...)`: where each field of each message type stands, written as `fields` says
circ_236_289   `read_application(dac, fid, payload)`: what types 6 and 8 carry
comm_state     `comm_state(msg_type, radio)`: the communication state
objects        `as_object(...)`: a message under the names of the decoder's output
sentences      `sentences(payload, fill_bits)`, `tag_block(at_us, station)`: messages to NMEA lines
tabular        `to_seams(rows, ...)`: rows that somebody else decoded; `json_feeds` makes rows of JSON
desk, program  how the compiled decoder's arrays are divided up; the layouts compiled for it
*_kernel       the loops: scan_kernel (lines), stamp_kernel (times, stations), parts_kernel (messages in parts),
               fields_kernel (columns), words_kernel (eight bytes at a time)
"""
