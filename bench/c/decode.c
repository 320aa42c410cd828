/* The compiled decoder of hanbada.ais once more, in C, function by function: what the kernels are measured against.
 *
 * Same arrays, same layout of them (desk.h is written from hanbada.ais.desk when this is compiled), same steps in the
 * same order; only the language differs. Rules and reasons stand beside the kernels and are not repeated here.
 */
#include "desk.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

typedef int64_t i64;
typedef uint64_t u64;
typedef const uint8_t *bytes;
typedef uint8_t v32u8 __attribute__((vector_size(32)));
typedef uint16_t v16u16 __attribute__((vector_size(32)));
typedef uint32_t v8u32 __attribute__((vector_size(32)));
typedef uint64_t v4u64 __attribute__((vector_size(32)));
typedef uint8_t v64u8 __attribute__((vector_size(64)));
typedef uint64_t v8u64 __attribute__((vector_size(64)));
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))
enum { GO_ON = -2, DONE = -1 };

/* words_kernel */

#define LOADER(name, type) INLINE type name(bytes p, i64 i) { type w; memcpy(&w, p + i, sizeof w); return w; }
LOADER(load_u64, u64) LOADER(load_u32, uint32_t) LOADER(load_u16, uint16_t) LOADER(load_u8, uint8_t)
#define STORER(name, type) INLINE void name(uint8_t *p, i64 i, type v) { memcpy(p + i, &v, sizeof v); }
STORER(store_u64, u64) STORER(store_i64, i64) STORER(store_u32, uint32_t) STORER(store_u16, uint16_t) STORER(store_u8, uint8_t)
STORER(store_f32, float) STORER(store_f64, double)
INLINE i64 min(i64 a, i64 b) { return a < b ? a : b; }
INLINE i64 max(i64 a, i64 b) { return a > b ? a : b; }

INLINE u64 equal_mask(bytes p, uint8_t wanted) {
#if defined(__AVX512BW__)
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(p), _mm512_set1_epi8((char)wanted));
#elif defined(__SSE2__)
    u64 mask = 0;
    for (int i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(p + 16 * i));
        mask |= (u64)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)wanted))) << 16 * i;
    }
    return mask;
#else
    u64 mask = 0;
    for (int i = 0; i < 64; i++) mask |= (u64)(p[i] == wanted) << i;
    return mask;
#endif
}

INLINE i64 find_byte(bytes buffer, i64 start, i64 stop, uint8_t wanted) {
    for (; start < stop; start += 64) {
        u64 mask = equal_mask(buffer + start, wanted);
        if (mask) return min(start + __builtin_ctzll(mask), stop);
    }
    return stop;
}

INLINE u64 pack_armour(bytes source, i64 start, i64 count, uint8_t *target, i64 to) {
    const v32u8 zero = {0}, order = {2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 18, 17, 16, 22,
                                     21, 20, 26, 25, 24, 30, 29, 28, 32, 33, 34, 35, 36, 37, 38, 39};
    const v32u8 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
    v32u8 value;
    memcpy(&value, source + start, 32);
    v32u8 mask = (v32u8)(lane < zero + (uint8_t)count), kept = (value & mask) | (~mask & 48);
    v4u64 out = (v4u64)((v32u8)(kept - 48 > 39) & (v32u8)(kept - 96 > 23));
    v32u8 six = kept - 48;
    six -= (v32u8)(six > 39) & 8;
    v16u16 twelve = (((v16u16)six & 0xFF) << 6) | ((v16u16)six >> 8);
    v8u32 full = (((v8u32)twelve & 0xFFFF) << 12) | ((v8u32)twelve >> 16);
    v32u8 packed = __builtin_shuffle((v32u8)full, zero, order);
    memcpy(target + to, &packed, 32);
    return out[0] | out[1] | out[2] | out[3];
}

INLINE u64 eight_characters(u64 v) {
    v = ((v >> 24) << 32) | (v & 0xFFFFFF);
    v = ((v << 4) & 0x0FFF00000FFF0000) | (v & 0x00000FFF00000FFF);
    v = ((v << 2) & 0x3F003F003F003F00) | (v & 0x003F003F003F003F);
    return __builtin_bswap64(v + ((~v & 0x2020202020202020) << 1));
}

INLINE u64 xor_block(bytes p, i64 count) {
    const v64u8 zero = {0}, lane = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
                                    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    v64u8 value;
    memcpy(&value, p, 64);
    v8u64 w = (v8u64)(value & (v64u8)(lane < zero + (uint8_t)count));
    return w[0] ^ w[1] ^ w[2] ^ w[3] ^ w[4] ^ w[5] ^ w[6] ^ w[7];
}

INLINE i64 checksum(bytes b, i64 start, i64 stop) {
    u64 lanes = xor_block(b + start, min(stop - start, 64));
    while (stop - start > 64) {
        start += 64;
        lanes ^= xor_block(b + start, min(stop - start, 64));
    }
    lanes ^= lanes >> 32;
    lanes ^= lanes >> 16;
    lanes ^= lanes >> 8;
    return (i64)(lanes & 255);
}

INLINE bool writes(bytes b, i64 start, i64 value) {
    i64 given = load_u16(b, start), d = value >> 4 | (value & 15) << 8;
    i64 wanted = d + 0x3030 + ((d + 0x0606) >> 4 & 0x0101) * 39;
    return ((given | 0x2020) == wanted) & (((given | given >> 1) & 0x2020) == 0x2020);
}

INLINE i64 eight_digits(u64 word) {
    u64 v = word ^ 0x3030303030303030;
    if ((v | (v + 0x0606060606060606)) & 0xF0F0F0F0F0F0F0F0) return -1;
    v = (v * 10 + (v >> 8)) & 0x00FF00FF00FF00FF;
    v = (v * 100 + (v >> 16)) & 0x0000FFFF0000FFFF;
    return (i64)((v * 10000 + (v >> 32)) & 0xFFFFFFFF);
}

/* stamp_kernel */

INLINE i64 hex_digit(uint8_t c) {
    return c >= '0' && c <= '9' ? c - 48 : c >= 'A' && c <= 'F' ? c - 55 : c >= 'a' && c <= 'f' ? c - 87 : -1;
}
INLINE bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
INLINE bool upper_or_digit(uint8_t c) { return (c >= 'A' && c <= 'Z') || is_digit(c); }
INLINE i64 digits(bytes b, i64 start, i64 stop) {
    i64 p = start;
    while (p < stop && is_digit(b[p])) p++;
    return p - start;
}
INLINE i64 number(bytes b, i64 start, i64 count) {
    i64 value = 0;
    for (i64 i = start; i < start + count; i++) value = value * 10 + b[i] - 48;
    return value;
}
INLINE i64 hash(bytes b, i64 start, i64 stop) {
    u64 value = (u64)(stop - start);
    for (i64 left = stop - start; left > 0; left -= 8, start += 8) {
        u64 word = load_u64(b, start);
        value = (value ^ (left < 8 ? word << 8 * (8 - left) : word)) * 0x9E3779B97F4A7C15;
        value ^= value >> 32;
    }
    return (i64)(value | 1);
}
static i64 in_era(i64 us) { return us >= ERA_BEGIN_US && us < ERA_END_US ? us : NEVER; }

static i64 epoch(bytes b, i64 start, i64 stop) {
    if (start < stop && b[start] == '0') return NEVER;
    i64 whole = digits(b, start, stop), end = start + whole, value = whole <= 16 ? number(b, start, whole) : 0;
    if (end == stop) {
        if (whole == 9 || whole == 10) return in_era(value * 1000000);
        if (whole == 13) return in_era(value * 1000);
        return whole == 16 ? in_era(value) : NEVER;
    }
    i64 decimals = digits(b, end + 1, stop);
    if (whole < 9 || whole > 10 || b[end] != '.' || decimals < 1 || decimals > 6 || end + 1 + decimals != stop)
        return NEVER;
    i64 fraction = number(b, end + 1, decimals);
    for (i64 i = decimals; i < 6; i++) fraction *= 10;
    return in_era(value * 1000000 + fraction);
}

static i64 utc(i64 year, i64 month, i64 day, i64 second, i64 us) {
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (year < 1 || month < 1 || month > 12 || day < 1) return NEVER;
    i64 length = month == 4 || month == 6 || month == 9 || month == 11 ? 30 : month == 2 ? 28 + leap : 31;
    if (day > length) return NEVER;
    i64 y = year - (month <= 2), era = y / 400, shifted = month > 2 ? month - 3 : month + 9;
    i64 of_era = (y - era * 400) * 365 + (y % 400) / 4 - (y % 400) / 100 + (153 * shifted + 2) / 5 + day - 1;
    return (era * 146097 + of_era - 719468) * 86400000000 + second * 1000000 + us;
}

static i64 day_clock(i64 hour, i64 minute, i64 second) {
    return hour > 23 || minute > 59 || second > 60 ? -1 : hour * 3600 + minute * 60 + min(second, 59);
}

static i64 zone_of(bytes b, i64 start, i64 stop) {
    i64 p = start;
    while (p < stop && (b[p] == 32 || (b[p] >= 9 && b[p] <= 13))) p++;
    i64 left = stop - p;
    if (left == 0 || (left == 1 && b[p] == 'Z') || (left == 3 && !memcmp(b + p, "UTC", 3))) return 0;
    bool colon = left == 6 && b[p + 3] == ':';
    if ((b[p] != '+' && b[p] != '-') || !(left == 5 || colon)) return NEVER;
    if (digits(b, p + 1, p + 3) != 2 || digits(b, stop - 2, stop) != 2) return NEVER;
    return (b[p] == '+' ? 1 : -1) * (number(b, p + 1, 2) * 3600000000 + number(b, stop - 2, 2) * 60000000);
}

static i64 iso(bytes b, i64 start, i64 stop) {
    if (stop - start < 16 || stop - start > 40) return NEVER;
    for (i64 i = 0; i < 16; i++)
        if (i != 4 && i != 7 && i != 10 && i != 13 && !is_digit(b[start + i])) return NEVER;
    if (b[start + 4] != '-' || b[start + 7] != '-' || b[start + 13] != ':') return NEVER;
    if (b[start + 10] != 'T' && b[start + 10] != ' ') return NEVER;
    i64 p = start + 16, second = 0, us = 0;
    if (p < stop && b[p] == ':') {
        if (digits(b, p + 1, min(p + 3, stop)) != 2) return NEVER;
        second = number(b, p + 1, 2);
        p += 3;
        if (p < stop && (b[p] == '.' || b[p] == ',')) {
            i64 decimals = digits(b, p + 1, stop);
            if (decimals < 1 || decimals > 9) return NEVER;
            for (i64 i = 0; i < 6; i++) us = us * 10 + (i < decimals ? b[p + 1 + i] - 48 : 0);
            p += 1 + decimals;
        }
    }
    i64 zone = zone_of(b, p, stop), clock = day_clock(number(b, start + 11, 2), number(b, start + 14, 2), second);
    if (zone == NEVER || clock < 0) return NEVER;
    if (second == 60) us = 999999;
    i64 at = utc(number(b, start, 4), number(b, start + 5, 2), number(b, start + 8, 2), clock, us);
    return at == NEVER ? NEVER : in_era(at - zone);
}

INLINE i64 station_of(bytes b, i64 *desk, i64 start, i64 stop) {
    if (stop <= start) return 0;
    i64 key = hash(b, start, stop), slot = (key >> 1) & (STATIONS - 1);
    while (desk[NAMES + 2 * slot] && desk[NAMES + 2 * slot] != key) slot = (slot + 1) & (STATIONS - 1);
    if (!desk[NAMES + 2 * slot]) {
        i64 fresh = desk[D_FRESH];
        if (desk[D_STATIONS] >= STATIONS - 2 || fresh >= MAX_FRESH) return 0;
        desk[D_FRESH] = fresh + 1;
        desk[NAMES + 2 * slot] = key;
        desk[NAMES + 2 * slot + 1] = ++desk[D_STATIONS];
        desk[FRESH + 2 * fresh] = start;
        desk[FRESH + 2 * fresh + 1] = stop - start;
    }
    return desk[NAMES + 2 * slot + 1];
}

static i64 group_of(bytes b, i64 start, i64 stop) {
    if (stop - start < 5 || b[start + 1] != '-' || b[start + 3] != '-') return 0;
    return is_digit(b[start]) && is_digit(b[start + 2]) ? hash(b, start + 4, stop) : 0;
}

INLINE i64 tag_time(bytes b, i64 start, i64 stop) {
    if (stop - start == 10 && b[start] >= '1' && b[start] <= '9') {
        i64 first = eight_digits(load_u64(b, start)), tens = b[start + 8] - 48, ones = b[start + 9] - 48;
        if ((first >= 0) & ((u64)tens <= 9) & ((u64)ones <= 9)) return in_era((first * 100 + tens * 10 + ones) * 1000000);
    }
    return epoch(b, start, stop);
}

INLINE i64 star_of(bytes b, i64 start, i64 stop) {
    if (stop - start >= 3 && b[stop - 3] == '*' && b[stop - 2] != '*' && b[stop - 1] != '*') return stop - 3;
    for (i64 i = stop - 1; i >= start; i--)
        if (b[i] == '*') return i;
    return stop;
}

NOINLINE void tag_block(bytes b, i64 *desk, i64 start, i64 stop) {
    i64 end = star_of(b, start, stop);
    if (end < stop && (stop - end != 3 || !writes(b, end + 1, checksum(b, start, end)))) { desk[D_IGNORED]++; return; }
    i64 when = NEVER, station = 0, other = 0, group = 0;
    for (i64 p = start, e; p <= end; p = e + 1) {
        e = find_byte(b, p, end, ',');
        if (b[p + 1] == ':' && e - p >= 2) {
            if (b[p] == 'c') when = tag_time(b, p + 2, e);
            else if (b[p] == 's') station = station_of(b, desk, p + 2, e);
            else if (b[p] == 'g') group = group_of(b, p + 2, e);
        } else if (e - p >= 3 && b[p] == 's' && b[p + 1] == 'i' && b[p + 2] == ':')
            other = station_of(b, desk, p + 3, e);
    }
    if (when != NEVER) desk[D_AT] = when;
    if (station || other) desk[D_STATION] = station ? station : other;
    if (group) desk[D_GROUP] = group;
}

INLINE bool is_pghp(bytes b, i64 p, i64 stop) { return stop - p >= 6 && !memcmp(b + p, "$PGHP,", 6); }

NOINLINE bool pghp(bytes b, i64 *desk, i64 start, i64 stop) {
    i64 p = start + 6, value[11], count = 0;
    for (i64 i = 0; i < 11; i++) {
        count = digits(b, p, stop);
        i64 widest = i == 1 ? 4 : i == 7 ? 3 : i > 1 && i < 7 ? 2 : stop;
        if (p + count >= stop || b[p + count] != ',' || count > widest) return false;
        if ((i > 1 && i <= 7 && count == 0) || (i == 1 && count != 4)) return false;
        value[i] = count < 18 ? number(b, p, count) : 0;
        p += count + 1;
    }
    i64 clock = day_clock(value[4], value[5], value[6]);
    if (desk[D_AT] == NEVER && clock >= 0)
        desk[D_AT] = in_era(utc(value[1], value[2], value[3], clock, value[6] == 60 ? 999999 : value[7] * 1000));
    i64 station = station_of(b, desk, p - 1 - count, p - 1);
    if (station) desk[D_STATION] = station;
    return true;
}

static bool is_name(bytes b, i64 start, i64 stop) {
    for (i64 i = start; i < stop; i++)
        if (!(upper_or_digit(b[i]) || (b[i] >= 'a' && b[i] <= 'z') || b[i] == '_' || b[i] == '-')) return false;
    return true;
}

NOINLINE void trailing_fields(bytes b, i64 *desk, i64 start, i64 stop) {
    i64 at = NEVER, station = 0;
    bool named = false;
    for (i64 p = start, e; p <= stop; p = e + 1) {
        e = p;
        while (e < stop && b[e] != ',') e++;
        if (!named && e - p >= 2 && (b[p] == 'r' || b[p] == 'b') && is_name(b, p + 1, e)) {
            named = true;
            station = station_of(b, desk, p, e);
        } else if (at == NEVER) at = epoch(b, p, e);
    }
    if (desk[D_AT] == NEVER) desk[D_AT] = at;
    if (!desk[D_STATION]) desk[D_STATION] = station;
}

static bool is_frame(uint8_t c) { return c && strchr(" \t,;|[]()'\"", c); }

static i64 leading_time(bytes b, i64 start, i64 stop) {
    while (start < stop && is_frame(b[start])) start++;
    while (stop > start && is_frame(b[stop - 1])) stop--;
    i64 at = epoch(b, start, stop);
    return at == NEVER ? iso(b, start, stop) : at;
}

/* parts_kernel */

NOINLINE void reject(i64 *desk, i64 line, i64 code, i64 start, i64 length) {
    i64 *row = desk + REJECTS + REJECT * desk[D_REJECTS];
    row[R_LINE] = line;
    row[R_CODE] = code;
    row[R_START] = start;
    row[R_LENGTH] = length;
    desk[D_REJECTS]++;
    desk[D_REJECT]++;
}

static void close_row(i64 *desk, i64 row) {
    i64 slot = (row - WAITING) / WAIT;
    desk[IN_USE + slot / MAX_WAITING] &= ~((i64)1 << slot % MAX_WAITING);
}

static void give_up(i64 *desk, i64 row) {
    for (i64 i = 0; i < MAX_PARTS; i++)
        if (desk[row + W_HAVE] >> i & 1) reject(desk, desk[row + W_LINE + i], INCOMPLETE, -1, 0);
    close_row(desk, row);
}

static bool is_stale(i64 *desk, i64 row) {
    if (desk[row + W_AT] != NEVER && desk[D_AT] != NEVER) return llabs(desk[D_AT] - desk[row + W_AT]) > PART_AGE_US;
    return desk[D_LINE] - desk[row + W_LAST] > PART_AGE_LINES;
}

static bool belongs(i64 *desk, i64 row, i64 total) {
    if (desk[row + W_TOTAL] != total) return false;
    if (desk[row + W_GROUP] && desk[D_GROUP]) return desk[row + W_GROUP] == desk[D_GROUP];
    return !(desk[row + W_STATION] && desk[D_STATION]) || desk[row + W_STATION] == desk[D_STATION];
}

static i64 open_row(i64 *desk, i64 queue, i64 total) {
    i64 slot = 0;
    while (desk[IN_USE + queue] >> slot & 1) slot++;
    i64 row = WAITING + WAIT * (queue * MAX_WAITING + slot);
    desk[IN_USE + queue] |= (i64)1 << slot;
    desk[row + W_SERIAL] = ++desk[D_SERIAL];
    desk[row + W_TOTAL] = total;
    desk[row + W_STATION] = desk[D_STATION];
    desk[row + W_GROUP] = desk[D_GROUP];
    desk[row + W_AT] = desk[D_AT];
    desk[row + W_HAVE] = 0;
    return row;
}

static i64 row_for(i64 *desk, i64 queue, i64 total, i64 part) {
    i64 first = -1, oldest = -1, used = desk[IN_USE + queue], begin = WAITING + WAIT * queue * MAX_WAITING;
    for (i64 slot = 0; slot < MAX_WAITING && used >> slot; slot++) {
        i64 row = begin + WAIT * slot;
        if ((used >> slot & 1) && is_stale(desk, row)) {
            give_up(desk, row);
            used &= ~((i64)1 << slot);
        }
        if (!(used >> slot & 1)) continue;
        if (oldest < 0 || desk[row + W_SERIAL] < desk[oldest + W_SERIAL]) oldest = row;
        if ((first < 0 || desk[row + W_SERIAL] < desk[first + W_SERIAL]) && belongs(desk, row, total)) first = row;
    }
    if (first >= 0 && !(desk[first + W_HAVE] >> (part - 1) & 1)) return first;
    if (first >= 0 || used == ((i64)1 << MAX_WAITING) - 1) give_up(desk, first >= 0 ? first : oldest);
    return open_row(desk, queue, total);
}

INLINE void copy(bytes source, i64 start, i64 length, uint8_t *to, i64 begin) {
    for (i64 done = 0; done < length; done += 8) store_u64(to, begin + done, load_u64(source, start + done));
}

INLINE i64 parts_of(i64 row) { return PARTS + (row - WAITING) / WAIT * PART; }

static bool add_part(bytes b, uint8_t *store, i64 *desk, i64 start, i64 length, i64 fill, i64 part, i64 row) {
    desk[row + W_HAVE] |= (i64)1 << (part - 1);
    desk[row + W_LENGTH + part - 1] = length;
    desk[row + W_FILL + part - 1] = fill;
    desk[row + W_LINE + part - 1] = desk[row + W_LAST] = desk[D_LINE];
    if (desk[D_AT] != NEVER && (part == 1 || desk[row + W_AT] == NEVER)) desk[row + W_AT] = desk[D_AT];
    if (desk[D_STATION] && (part == 1 || !desk[row + W_STATION])) desk[row + W_STATION] = desk[D_STATION];
    if (!desk[row + W_GROUP]) desk[row + W_GROUP] = desk[D_GROUP];
    copy(b, start, length, store, parts_of(row) + (part - 1) * MAX_PART);
    return desk[row + W_HAVE] == ((i64)1 << desk[row + W_TOTAL]) - 1;
}

/* scan_kernel */

static bool is_ais(bytes b, i64 p, i64 stop) {
    if (stop - p < 7 || b[p] != '!' || b[p + 3] != 'V' || b[p + 4] != 'D' || b[p + 6] != ',') return false;
    bool talker = (upper_or_digit(b[p + 1]) || b[p + 1] == '-') && (upper_or_digit(b[p + 2]) || b[p + 2] == '-');
    return talker && (b[p + 5] == 'M' || b[p + 5] == 'O');
}

static bool is_other(bytes b, i64 p, i64 stop) {
    if (b[p] != '$' && b[p] != '!') return false;
    i64 e = p + 1;
    while (e < stop && upper_or_digit(b[e])) e++;
    return e - p >= 4 && e < stop && (b[e] == ',' || b[e] == '*');
}

static i64 next_start(bytes b, i64 start, i64 stop) {
    for (i64 p = start; p < stop; p++) {
        if ((b[p] == '!' && is_ais(b, p, stop)) || (b[p] == '$' && is_pghp(b, p, stop))) return p;
        if (b[p] != '\\') continue;
        i64 e = p + 1;
        while (e < stop && ((b[e] >= 'A' && b[e] <= 'Z') || (b[e] >= 'a' && b[e] <= 'z'))) e++;
        if (e > p + 1 && e < stop && b[e] == ':') return p;
    }
    return stop;
}

INLINE void forget_stamp(i64 *desk) {
    desk[D_AT] = NEVER;
    desk[D_STATION] = desk[D_GROUP] = 0;
}

INLINE i64 bits_at(bytes store, i64 offset, i64 start, i64 width) {
    return (i64)((__builtin_bswap64(load_u64(store, offset + (start >> 3))) << (start & 7)) >> (64 - width));
}

static i64 variant(bytes store, const i64 *program, i64 kind, i64 offset, i64 bits) {
    i64 row = kind - 23, choice = 0;
    if (kind < 22 || kind == 23 || kind > 26) return -1;
    if (kind == 22) {
        row = 0;
        choice = bits >= 140 ? bits_at(store, offset, 139, 1) : 0;
    } else if (kind == 24) {
        choice = bits_at(store, offset, 38, 2);
        i64 mmsi = bits_at(store, offset, 8, 30);
        if (choice == 1 && mmsi >= 980000000 && mmsi < 990000000) choice = 4;
    } else choice = bits_at(store, offset, 38, 2);
    return program[VARIANT + VARIANTS * row + choice];
}

INLINE u64 pack(bytes b, uint8_t *store, i64 start, i64 length, i64 offset) {
    u64 bad = pack_armour(b, start, min(length, ARMOURED), store, offset);
    for (i64 done = ARMOURED; done < length; done += ARMOURED) {
        offset += 24;
        bad |= pack_armour(b, start + done, min(length - done, ARMOURED), store, offset);
    }
    return bad;
}

INLINE bool list(uint8_t *store, i64 *desk, const i64 *program, i64 first, i64 length, i64 fill, i64 line, i64 at,
                 i64 station) {
    i64 offset = desk[D_STORED], bits = length * 6 - fill, kind = bits >= 6 ? first - 48 - 8 * (first > 87) : 0;
    i64 layout = program[SINGLE + kind];
    if (layout < 0) layout = variant(store, program, kind, offset, bits);
    const i64 *plan = program + PLANS + PLAN * layout;
    if (layout < 0 || bits < plan[L_ALL_BITS]) {
        if (layout < 0 || bits < plan[L_MIN_BITS]) {
            desk[D_WHY] = layout < 0 ? UNKNOWN_TYPE : TOO_SHORT;
            desk[D_DETAIL] = layout < 0 ? kind : bits;
            return false;
        }
        desk[SHORTS + layout]++;
    }
    i64 place = layout * BLOCK + desk[LENGTHS + layout]++;
    desk[PLACE + place] = offset << 16 | bits;
    desk[LINE + place] = line;
    desk[AT + place] = at;
    desk[STATION + place] = station;
    desk[ROW + place] = desk[COUNTS + plan[L_TABLE]]++;
    if (plan[L_TABLE_2] != NO_TABLE) desk[ROW_2 + place] = desk[COUNTS + plan[L_TABLE_2]]++;
    desk[D_STORED] = offset + (length + ARMOURED - 1) / ARMOURED * 24 + 8;
    desk[D_MESSAGES]++;
    return true;
}

NOINLINE void collect(bytes b, uint8_t *store, i64 *desk, const i64 *program, i64 start, i64 length, i64 fill,
                      i64 total, i64 part, i64 queue) {
    i64 row = row_for(desk, queue, total, part), size = 0;
    if (!add_part(b, store, desk, start, length, fill, part, row)) return;
    for (i64 i = 0; i < total; i++) {
        copy(store, parts_of(row) + i * MAX_PART, desk[row + W_LENGTH + i], store, JOINED + size);
        size += desk[row + W_LENGTH + i];
    }
    close_row(desk, row);
    desk[D_WHY] = TOO_LONG;
    desk[D_DETAIL] = size;
    if (size <= MAX_SINGLE) pack(store, store, JOINED, size, desk[D_STORED]);
    if (size > MAX_SINGLE || !list(store, desk, program, store[JOINED], size, desk[row + W_FILL + total - 1],
                                   desk[row + W_LINE], desk[row + W_AT], desk[row + W_STATION]))
        for (i64 i = 0; i < total; i++) reject(desk, desk[row + W_LINE + i], desk[D_WHY], -1, desk[D_DETAIL]);
}

INLINE i64 channel_of(uint8_t c) {
    return c == 'A' || c == '1' ? 1 : c == 'B' || c == '2' ? 2 : c == ',' ? 0 : 3;
}

INLINE i64 payload_of(bytes b, i64 p, i64 stop, i64 *size, i64 *queue) {
    if (stop - p < 16 || b[p + 7] < '1' || b[p + 7] > '9' || b[p + 8] != ',') return -1;
    if (b[p + 9] < '1' || b[p + 9] > '9' || b[p + 10] != ',') return -1;
    i64 q = p + 11, sequence = 10, channel = 0;
    if (is_digit(b[q])) sequence = b[q++] - 48;
    if (b[q++] != ',') return -1;
    uint8_t c = b[q];
    if (c != ',') {
        channel = channel_of(c);
        if (c == '*' || c == '\\' || b[++q] != ',') return -1;
    }
    q++;
    *size = find_byte(b, q, stop, ',') - q;
    *queue = sequence * 4 + channel;
    return q;
}

INLINE u64 is_talker(u64 c) { return TALKERS >> (c - 45 < 63 ? c - 45 : 63) & 1; }

INLINE bool plain(bytes b, uint8_t *store, i64 *desk, const i64 *program, i64 p, i64 stop) {
    if (stop - p < 18 || stop - p > MAX_LINE) return false;
    i64 e = stop - 5 - (b[stop - 1] == '\r');
    u64 head = load_u64(b, p), rest = load_u64(b, p + 8), ending = load_u64(b, e);
    u64 total = head >> 56 & 255, part = rest >> 8 & 255, sequence = (rest >> 24 & 255) - 48, fill = (ending >> 8 & 255) - 48;
    i64 numbered = sequence <= 9;
    u64 tail = rest >> (24 + 8 * numbered), channel = tail >> 8 & 255;
    i64 given = channel != ',', q = p + 13 + numbered + given, size = e - q;
    bool sound = ((head & HEAD_MASK) == HEAD) & ((rest & 0xFF00FF) == 0x2C002C) & ((ending & 0xFF00FF) == 0x2A002C);
    sound &= is_talker(head >> 8 & 255) & is_talker(head >> 16 & 255);
    sound &= ('1' <= part) & (part <= total) & (total <= '9') & (fill <= 5);
    sound &= ((tail & 255) == ',') & ((tail >> (8 + 8 * given) & 255) == ',');
    sound &= (channel != '*') & (channel != '\\') & (size > 0) & (size <= (total == '1' ? MAX_SINGLE : MAX_PART));
    if (!sound) return false;
    u64 bad = pack(b, store, q, size, desk[D_STORED]);
    if ((bad != 0) | !writes(b, e + 3, checksum(b, p + 1, e + 2))) return false;
    i64 line = desk[D_LINE];
    if (total > '1')
        collect(b, store, desk, program, q, size, (i64)fill, (i64)total - 48, (i64)part - 48,
                (numbered ? (i64)sequence : 10) * 4 + channel_of((uint8_t)channel));
    else if (!list(store, desk, program, b[q], size, (i64)fill, line, desk[D_AT], desk[D_STATION]))
        reject(desk, line, desk[D_WHY], -1, desk[D_DETAIL]);
    forget_stamp(desk);
    return true;
}

static void refuse_line(i64 *desk, i64 code, i64 start, i64 stop) {
    reject(desk, desk[D_LINE], code, start, stop - start);
    forget_stamp(desk);
}

static i64 rest(bytes b, i64 *desk, i64 p, i64 stop, i64 *code) {
    *code = DONE;
    if (is_pghp(b, p, stop) && pghp(b, desk, p, stop)) {
        desk[D_STAMP]++;
        return p;
    }
    if (is_other(b, p, stop)) {
        forget_stamp(desk);
        desk[D_OTHER]++;
        return p;
    }
    i64 begin = next_start(b, p + 1, stop);
    *code = begin >= stop ? NOT_NMEA : GO_ON;
    if (begin >= stop) return p;
    if (desk[D_AT] == NEVER) desk[D_AT] = leading_time(b, p, begin);
    return begin;
}

static i64 sentence(bytes b, uint8_t *store, i64 *desk, const i64 *program, i64 p, i64 stop, i64 *code) {
    i64 size = 0, queue = 0, q = payload_of(b, p, stop, &size, &queue), e = q + size;
    bool broken = q < 0 || e + 5 > stop || b[e + 2] != '*' || !is_digit(b[e + 1]);
    bool lengthy = size > MAX_SINGLE, ill = false;
    if (!broken && !lengthy && size > 0) ill = pack(b, store, q, size, desk[D_STORED]) != 0;
    if (!broken && (ill || lengthy)) broken = find_byte(b, q, e, '*') < e || find_byte(b, q, e, '\\') < e;
    i64 high = broken ? -1 : hex_digit(b[e + 3]), low = broken ? -1 : hex_digit(b[e + 4]), after = stop;
    *code = find_byte(b, p, stop, '*') < stop ? MALFORMED : BAD_CHECKSUM;
    if (high < 0 || low < 0) return p;
    i64 total = b[p + 7] - 48, part = b[p + 9] - 48, fill = b[e + 1] - 48;
    if (e + 5 < stop) {
        after = next_start(b, e + 5, stop);
        trailing_fields(b, desk, e + 5, after);
    }
    *code = checksum(b, p + 1, e + 2) != high * 16 + low ? BAD_CHECKSUM
            : part > total || fill > 5                        ? MALFORMED
            : size > (total == 1 ? MAX_SINGLE : MAX_PART)     ? TOO_LONG
            : size == 0 || ill                                ? BAD_PAYLOAD
                                                              : DONE;
    if (*code != DONE) return p;
    if (total > 1) collect(b, store, desk, program, q, size, fill, total, part, queue);
    else if (!list(store, desk, program, b[q], size, fill, desk[D_LINE], desk[D_AT], desk[D_STATION]))
        reject(desk, desk[D_LINE], desk[D_WHY], -1, desk[D_DETAIL]);
    forget_stamp(desk);
    return after;
}

static bool is_space(uint8_t c) { return c == 13 || c == 10 || c == 9 || c == 32; }

NOINLINE void any_line(bytes b, uint8_t *store, i64 *desk, const i64 *program, i64 start, i64 p, i64 end) {
    i64 stop = end, code;
    bool used = false;
    while (stop > start && is_space(b[stop - 1])) stop--;
    if (end - start > MAX_LINE) { refuse_line(desk, TOO_LONG, start, end); return; }
    if (stop == start || b[start] == '#') { desk[D_BLANK]++; return; }
    while (p < stop) {
        if (b[p] == '\\') {
            i64 tag_end = find_byte(b, p + 1, stop, '\\');
            if (tag_end >= stop) { refuse_line(desk, MALFORMED, start, stop); return; }
            tag_block(b, desk, p + 1, tag_end);
            p = tag_end + 1;
            continue;
        }
        if (is_ais(b, p, stop)) {
            p = sentence(b, store, desk, program, p, stop, &code);
            used = true;
            if (code < 0 && p < stop && (b[p] == '\\' || b[p] == '!')) continue;
        } else {
            p = rest(b, desk, p, stop, &code);
            if (code == GO_ON) { used = false; continue; }
        }
        if (code >= 0) refuse_line(desk, code, start, stop);
        return;
    }
    if (!used) desk[D_STAMP]++;
}

NOINLINE i64 scan(bytes b, uint8_t *store, i64 *desk, const i64 *program, i64 start, i64 stop) {
    while (start < stop && desk[D_MESSAGES] < BLOCK - SENTENCES && desk[D_REJECTS] < MAX_REJECTS - ROOM &&
           desk[D_FRESH] < MAX_FRESH - ROOM) {
        i64 end = find_byte(b, start, stop, '\n'), p = start;
        desk[D_LINE]++;
        if (b[p] == '\\' && end - p <= MAX_LINE) {
            i64 tag_end = find_byte(b, p + 1, end, '\\');
            if (tag_end < end) {
                tag_block(b, desk, p + 1, tag_end);
                p = tag_end + 1;
            }
        }
        if (!plain(b, store, desk, program, p, end)) any_line(b, store, desk, program, start, p, end);
        start = end + 1;
    }
    return start;
}

/* fields_kernel */

#define READ bytes restrict store, const i64 *restrict desk, uint8_t *restrict arena, const i64 *restrict entry

INLINE i64 raw_of(bytes store, i64 place, i64 byte, i64 left, i64 lift, i64 right) {
    return (i64)(__builtin_bswap64(load_u64(store, (place >> 16) + byte)) << left >> lift) >> right;
}

#define EACH(write)                                                            \
    for (i64 j = 0; j < count; j++) {                                          \
        u64 word = (u64)words[j] << left | (u64)words[TILE + j] >> 1 >> (63 - left); \
        i64 raw = (i64)(word >> lift) >> right;                                \
        bool ok = (u64)(raw - low) <= (u64)span;                               \
        i64 value = ok ? raw : 0;                                              \
        arena[valid + j] = ok;                                                 \
        write;                                                                 \
    }                                                                          \
    break

NOINLINE void words(bytes store, i64 *desk, i64 count_of_words, i64 first, i64 count) {
    for (i64 word = 0; word < count_of_words; word++)
        for (i64 j = 0; j < count; j++)
            desk[WORDS + TILE * word + j] = (i64)__builtin_bswap64(load_u64(store, (desk[PLACE + first + j] >> 16) + 8 * word));
}

NOINLINE void numbers(const i64 *restrict desk, uint8_t *restrict arena, const i64 *restrict entry, const double *divisors,
                      double divisor, i64 valid, i64 values, i64 count) {
    i64 start = entry[E_START], low = entry[E_LOW], span = entry[E_HIGH] - low, lift = 1 - entry[E_SIGNED];
    i64 left = start & 63, right = 64 - entry[E_WIDTH] - lift;
    const i64 *restrict words = desk + WORDS + TILE * (start >> 6);
    switch (entry[E_KIND]) {
    case K_U8: EACH(arena[values + j] = (uint8_t)value);
    case K_F64: EACH(double d = value / divisor; store_f64(arena, values + 8 * j, d < 180.0 ? d : -180.0));
    case K_F32: EACH(store_f32(arena, values + 4 * j, (float)(value / divisor)));
    case K_U16: EACH(store_u16(arena, values + 2 * j, (uint16_t)value));
    case K_U32: EACH(store_u32(arena, values + 4 * j, (uint32_t)value));
    default: EACH(store_f32(arena, values + 4 * j, (float)divisors[value & 255]));
    }
}

#define SPREAD(slot, load, store)                                             \
    for (i64 j = 0; j < count; j++) {                                         \
        arena[valid + desk[rows + j]] = arena[scratch + j];                   \
        store(arena, values + slot * desk[rows + j], load(arena, written + slot * j)); \
    }                                                                         \
    break

NOINLINE void spread(const i64 *restrict desk, uint8_t *arena, i64 rows, i64 valid, i64 values, i64 slot, i64 scratch,
                     i64 count) {
    i64 written = scratch + TILE;
    switch (slot) {
    case 1: SPREAD(1, load_u8, store_u8);
    case 2: SPREAD(2, load_u16, store_u16);
    case 4: SPREAD(4, load_u32, store_u32);
    default: SPREAD(8, load_u64, store_u64);
    }
}

static void from_the_end(READ, i64 first, i64 count) {
    i64 values = entry[E_VALUES], rows = ROW + entry[E_TABLE] * LIST;
    for (i64 j = first; j < first + count; j++) {
        i64 place = desk[PLACE + j], row = desk[rows + j], begin = (place & 0xFFFF) + entry[E_START];
        i64 raw = raw_of(store, place, begin >> 3, begin & 7, 1, 63 - entry[E_WIDTH]);
        arena[entry[E_VALID] + row] = 1;
        if (entry[E_SLOT] == 1) arena[values + row] = (uint8_t)raw;
        else store_u32(arena, values + 4 * row, (uint32_t)raw);
    }
}

static void void_missing(READ, i64 first, i64 count) {
    i64 end = entry[E_START] + entry[E_WIDTH], start = entry[E_NONZERO], rows = ROW + entry[E_TABLE] * LIST;
    for (i64 j = first; j < first + count; j++) {
        i64 place = desk[PLACE + j], have = place & 0xFFFF, pair = min(entry[E_NONZERO_WIDTH], have - start);
        if (have < end || (start >= 0 && raw_of(store, place, start >> 3, start & 7, 1, 63 - pair) == 0))
            arena[entry[E_VALID] + desk[rows + j]] = 0;
    }
}

static void texts(READ, i64 first, i64 count) {
    i64 start = entry[E_START], width = entry[E_WIDTH], slot = entry[E_SLOT], rows = ROW + entry[E_TABLE] * LIST;
    for (i64 j = first; j < first + count; j++) {
        i64 offset = desk[PLACE + j] >> 16, have = (desk[PLACE + j] & 0xFFFF) - start, row = desk[rows + j], lead = 0;
        if (width >= 0 && width < have) have = width;
        i64 size = max(have, 0) / 6;
        uint8_t *to = arena + entry[E_VALUES] + slot * row;
        for (i64 k = 0; k < size; k += 8) {
            u64 packed = __builtin_bswap64(load_u64(store, offset + ((start + 6 * k) >> 3))) << ((start + 6 * k) & 7);
            store_u64(to, k, eight_characters(packed >> 16));
        }
        while (size > 0 && (to[size - 1] == '@' || to[size - 1] == ' ')) size--;
        while (lead < size && to[lead] == ' ') lead++;
        if (lead) memmove(to, to + lead, size - lead);
        to[slot - 1] = (uint8_t)(size - lead);
        arena[entry[E_VALID] + row] = size > lead;
    }
}

static void payloads(READ, i64 first, i64 count) {
    i64 start = entry[E_START], slot = entry[E_SLOT], rows = ROW + entry[E_TABLE] * LIST;
    for (i64 j = first; j < first + count; j++) {
        i64 place = desk[PLACE + j], row = desk[rows + j], have = max((place & 0xFFFF) - start - entry[E_TAIL], 0);
        i64 size = (have + 7) >> 3;
        uint8_t *to = arena + entry[E_VALUES] + slot * row;
        for (i64 k = 0; k < size; k++) to[k] = (uint8_t)raw_of(store, place, (start >> 3) + k, start & 7, 1, 55);
        if (have & 7) to[size - 1] &= (uint8_t)(256 - (1 << (8 - (have & 7))));
        to[slot - 1] = (uint8_t)size;
        arena[entry[E_VALID] + row] = size > 0;
    }
}

static void circumstances(const i64 *restrict desk, uint8_t *restrict arena, i64 kind, i64 valid, i64 values, i64 first,
                          i64 count, i64 source_bits, i64 default_at) {
    for (i64 j = 0; j < count; j++) {
        i64 when = desk[AT + first + j] == NEVER ? default_at : desk[AT + first + j];
        switch (kind) {
        case K_AT:
            arena[valid + j] = when != NEVER;
            store_i64(arena, values + 8 * j, when == NEVER ? 0 : when);
            break;
        case K_LINE: store_i64(arena, values + 8 * j, source_bits | desk[LINE + first + j]); break;
        default: store_u16(arena, values + 2 * j, (uint16_t)desk[STATION + first + j]);
        }
    }
}

static void column(const i64 *desk, uint8_t *arena, i64 arena_bytes, const i64 *entry, const double *divisors,
                   double divisor, i64 rows, i64 first, i64 count, i64 source_bits, i64 default_at) {
    i64 slot = entry[E_SLOT], row = desk[rows], scratch = arena_bytes - SCRATCH;
    bool apart = desk[rows + count - 1] - row != count - 1;
    i64 valid = apart ? scratch : entry[E_VALID] + row, values = apart ? scratch + TILE : entry[E_VALUES] + slot * row;
    if (entry[E_KIND] <= K_ROT) numbers(desk, arena, entry, divisors, divisor, valid, values, count);
    else circumstances(desk, arena, entry[E_KIND], valid, values, first, count, source_bits, default_at);
    if (apart) spread(desk, arena, rows, entry[E_VALID], entry[E_VALUES], slot, scratch, count);
}

static void unpack_some(bytes store, i64 *desk, uint8_t *arena, i64 arena_bytes, const i64 *program,
                        const double *divisors, i64 layout, i64 first, i64 count, i64 source_bits, i64 default_at) {
    const i64 *plan = program + PLANS + PLAN * layout;
    for (i64 e = plan[L_FIRST]; e < plan[L_LAST]; e++) {
        const i64 *entry = program + ENTRIES + ENTRY * e;
        i64 kind = entry[E_KIND], rows = ROW + entry[E_TABLE] * LIST + first;
        if (kind == K_NULL)
            for (i64 j = 0; j < count; j++) arena[entry[E_VALID] + desk[rows + j]] = 0;
        else if (kind == K_TEXT) texts(store, desk, arena, entry, first, count);
        else if (kind == K_DATA) payloads(store, desk, arena, entry, first, count);
        else if (kind <= K_ROT && entry[E_START] < 0) from_the_end(store, desk, arena, entry, first, count);
        else {
            column(desk, arena, arena_bytes, entry, divisors, divisors[RATES + e], rows, first, count, source_bits, default_at);
            if (kind <= K_ROT && (desk[SHORTS + layout] || entry[E_NONZERO] >= 0))
                void_missing(store, desk, arena, entry, first, count);
        }
    }
}

static void unpack(bytes store, i64 *desk, uint8_t *arena, i64 arena_bytes, const i64 *program, const double *divisors,
                   i64 layouts, i64 source_bits, i64 default_at) {
    for (i64 layout = 0; layout < layouts; layout++) {
        i64 end = layout * BLOCK + desk[LENGTHS + layout];
        for (i64 first = layout * BLOCK; first < end; first += TILE) {
            i64 count = min(end - first, TILE);
            words(store, desk, program[PLANS + PLAN * layout + L_WORDS], first, count);
            unpack_some(store, desk, arena, arena_bytes, program, divisors, layout, first, count, source_bits, default_at);
        }
    }
}

static i64 pack_bits(uint8_t *arena, i64 start, i64 rows) {
    i64 ones = 0, whole = (rows + 7) >> 3;
    for (i64 byte = 0; byte < whole; byte++) {
        u64 word = load_u64(arena, start + 8 * byte);
        i64 left = rows - 8 * byte;
        if (left < 8) word &= ((u64)1 << 8 * left) - 1;
        arena[start + byte] = (uint8_t)((word * 0x0102040810204080) >> 56);
    }
    for (i64 byte = 0; byte < whole; byte++) {
        i64 bits = arena[start + byte];
        bits = (bits & 0x55) + (bits >> 1 & 0x55);
        bits = (bits & 0x33) + (bits >> 2 & 0x33);
        ones += (bits & 15) + (bits >> 4);
    }
    return rows - ones;
}

static bool is_full(const i64 *desk, const i64 *program, i64 tables) {
    for (i64 table = 0; table < tables; table++)
        if (desk[COUNTS + table] + BLOCK > program[CAPACITIES + table]) return true;
    return desk[D_FRESH] + ROOM > MAX_FRESH || desk[D_REJECTS] + 2 * ROOM > MAX_REJECTS;
}

/* `result` takes where it stopped and the messages seen. */
void decode(bytes b, uint8_t *store, i64 *desk, uint8_t *arena, const i64 *program, const double *divisors, i64 start,
            i64 stop, i64 layouts, i64 tables, i64 packs, i64 source_bits, i64 default_at, i64 arena_bytes, i64 *result) {
    i64 seen = 0;
    desk[D_REJECTS] = desk[D_FRESH] = 0;
    memset(desk + COUNTS, 0, 8 * tables);
    while (start < stop && !is_full(desk, program, tables)) {
        desk[D_MESSAGES] = desk[D_STORED] = 0;
        memset(desk + LENGTHS, 0, 8 * layouts);
        memset(desk + SHORTS, 0, 8 * layouts);
        start = scan(b, store, desk, program, start, stop);
        unpack(store, desk, arena, arena_bytes, program, divisors, layouts, source_bits, default_at);
        seen += desk[D_MESSAGES];
    }
    for (i64 i = 0; i < packs; i++) {
        const i64 *one = program + PACKS + PACK * i;
        i64 rows = desk[COUNTS + one[P_TABLE]];
        if (rows > 0 && one[P_VALID] >= 0) desk[NULLS + i] = pack_bits(arena, one[P_VALID], rows);
        if (rows > 0 && one[P_FLAGS] >= 0) pack_bits(arena, one[P_FLAGS], rows);
    }
    result[0] = start;
    result[1] = seen;
}
