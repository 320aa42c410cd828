"""Write tests/reference/name_pairs.csv: pairs of ship names and whether they are one name, from words typed here.

    python tools/name_pairs.py           write the pairs
    python tools/name_pairs.py --check   exit code 1 if the file differs

No register's rows are in it. A name is a word (places, virtues, sea, luck) with a number; how it is written varies as
it does in AIS and registers of Korea, China, Japan and Indonesia. The label follows from how a pair was built (`how`);
pairs of TYPED are judged by hand, one by one.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

OUT = Path(__file__).parents[1] / "tests" / "reference" / "name_pairs.csv"
EACH = 560
"""Pairs per country."""
HOW = {"form": 44, "sister": 18, "near": 18, "stranger": 10, "swap": 5, "damage": 5}
"""How pairs are built, in parts of a hundred."""
Form: TypeAlias = Callable[[tuple[str, ...], int, random.Random], str]

KR = """
동원:DONG WON 대양:DAE YANG 해성:HAE SUNG,HAE SEONG 해송:HAE SONG 해상:HAE SANG 금양:KUM YANG,GEUM YANG
신영:SHIN YOUNG,SIN YEONG 남해:NAM HAE 동성:DONG SUNG,DONG SEONG 우진:WOO JIN,U JIN 태영:TAE YOUNG,TAE YEONG
대영:DAE YOUNG,DAE YEONG 광명:KWANG MYUNG,GWANG MYEONG 대성:DAE SUNG,DAE SEONG 태성:TAE SUNG,TAE SEONG 삼양:SAM YANG
동해:DONG HAE 서해:SEO HAE 대진:DAE JIN 태진:TAE JIN 명성:MYUNG SUNG,MYEONG SEONG 경진:KYUNG JIN,GYEONG JIN
영진:YOUNG JIN,YEONG JIN 정진:JUNG JIN,JEONG JIN 해동:HAE DONG 한성:HAN SUNG,HAN SEONG 한라:HAL LA,HALLA 제주:JEJU
부산:BUSAN 여수:YEOSU 통영:TONG YOUNG,TONG YEONG 거제:GEOJE 현대:HYUN DAE,HYEON DAE 성진:SUNG JIN,SEONG JIN
동운:DONG UN 남양:NAM YANG 오양:O YANG 사조:SAJO 인성:IN SUNG,IN SEONG 선진:SEON JIN 신진:SIN JIN 만선:MAN SEON
풍년:PUNG NYEON 희망:HUI MANG 무궁화:MU GUNG HWA
"""
CN = """
鲁荣渔:LU RONG YU 鲁荣远渔:LU RONG YUAN YU 浙象渔:ZHE XIANG YU 浙岭渔:ZHE LING YU 浙普渔:ZHE PU YU
浙嵊渔:ZHE SHENG YU 浙玉渔:ZHE YU YU 闽东渔:MIN DONG YU 闽狮渔:MIN SHI YU 闽晋渔:MIN JIN YU 粤湛渔:YUE ZHAN YU
粤阳渔:YUE YANG YU 粤汕渔:YUE SHAN YU 琼海渔:QIONG HAI YU 桂北渔:GUI BEI YU 桂钦渔:GUI QIN YU
辽大金渔:LIAO DA JIN YU 辽丹渔:LIAO DAN YU 苏连渔:SU LIAN YU 冀昌渔:JI CHANG YU 津塘渔:JIN TANG YU 顺兴:SHUN XING
鸿泰:HONG TAI 宏泰:HONG TAI 新海:XIN HAI 兴海:XING HAI 顺发:SHUN FA 顺达:SHUN DA 顺安:SHUN AN 福远渔:FU YUAN YU
华盛:HUA SHENG 华兴:HUA XING 永兴:YONG XING 永安:YONG AN 长运:CHANG YUN 昌运:CHANG YUN 振海:ZHEN HAI 正海:ZHENG HAI
金海湾:JIN HAI WAN 东方星:DONG FANG XING 中远之星:ZHONG YUAN ZHI XING 海丰:HAI FENG 海峰:HAI FENG 吉祥:JI XIANG
万利:WAN LI 安达:AN DA 丰顺:FENG SHUN 泰和:TAI HE 大庆:DA QING 大清:DA QING
"""
JP = """
福栄:FUKUEI 幸栄:KOEI 宝栄:HOEI 福寿:FUKUJU 東洋:TOYO 海洋:KAIYO 共栄:KYOEI 共徳:KYOTOKU 新栄:SHINEI 大栄:DAIEI
長栄:CHOEI 竜神:RYUJIN 光洋:KOYO 松栄:SHOEI 福徳:FUKUTOKU 神徳:SHINTOKU 栄福:EIFUKU 昭徳:SHOTOKU 盛栄:SEIEI
金洋:KINYO 豊洋:HOYO 千栄:SENEI 三洋:SANYO 東海:TOKAI 南海:NANKAI 北洋:HOKUYO 寿栄:JUEI 清福:SEIFUKU 吉栄:KICHIEI
安洋:ANYO 徳栄:TOKUEI 仁洋:JINYO 天洋:TENYO ときわ:TOKIWA あさひ:ASAHI さくら:SAKURA かもめ:KAMOME はまなす:HAMANASU
みやこ:MIYAKO しおかぜ:SHIOKAZE わかば:WAKABA
"""
IDN = """
BAHARI JAYA,BAHARI MAKMUR,BAHARI INDAH,SINAR LAUT,SINAR BARU,SINAR JAYA,SINAR MAS,CAHAYA SAMUDERA,CAHAYA BAHARI
CAHAYA LAUT,MITRA NELAYAN,MITRA BAHARI,SUMBER REJEKI,SUMBER LAUT,SUMBER MAKMUR,BINTANG TIMUR,BINTANG LAUT
BINTANG JAYA,BERKAH ILAHI,BERKAH LAUT,HARAPAN BARU,HARAPAN JAYA,PUTRA BAHARI,PUTRA JAYA,PUTRA LAUT,MUTIARA
MUTIARA TIMUR,NUSANTARA,SAMUDERA INDAH,SAMUDRA JAYA,ARTA MINA,TUNAS HARAPAN,KARYA MINA,KARYA BARU,USAHA BARU
ANUGERAH,RESTU IBU,DUA PUTRA,TIGA SAUDARA,LAUTAN MAS,HASIL LAUT,DEWI SRI,GARUDA,MANDIRI JAYA,MAKMUR ABADI,ABADI JAYA
REJEKI BARU,TIRTA MINA,BANDAR NELAYAN
"""
SAME_TYPED = """
NO.101 DONGWON|제101동원호
101 DONG WON HO|DONGWON 101HO
ORYONG 355|NO.355 ORYONG HO
SHUN XING 39|SHUNXING39
SHUN XING 39|XING SHUN 39
HONG TAI 58|HONGTAI58
KYOTOKU MARU NO.38|第三十八共徳丸
WAKABA MARU NO.3|DAI 3 WAKABAMARU
M/V HAE SUNG|HAESUNG
F/V DONG WON 519|DONGWON NO.519
KM.BAHARI JAYA 08|BAHARI JAYA VIII
KM. SINAR LAUT - XI|SINAR LAUT 11
MT PACIFIC STAR|PACIFIC STAR
EVER GIVEN|EVERGIVEN
STELLAR DAISY|MV STELLAR DAISY
OCEAN STAR II|OCEAN STAR 2
FU YUAN YU 7884|FUYUANYU7884HAO
LU RONG YUAN YU 101 HAO|LURONGYUANYU101
ZHE LING YU 23456|浙岭渔23456
TAI YUAN NO.27|TAIYUAN 27
SHIN YOUNG 51|SINYEONG 51
WOOJIN 7 HO|NO.7 UJIN
KUM YANG 88|GEUMYANG NO 88
NO 8 KOUEI MARU|KOEI MARU NO.8
SHIMPO MARU|SHINPO MARU
TIAN XIANG 8|天祥8
JIN HAI WAN|金海湾
HAE SUNG|HAE SEONG
"""
OTHER_TYPED = """
DONGWON 101 HO|DONGWON 102 HO
HONG TAI 58|HONG TAI 168
ORYONG 355|ORYONG 365
KYOTOKU MARU NO.38|KYOTOKU MARU NO.68
XIN HAI 8|XING HAI 8
HAE SUNG|HAE SONG
HAE SUNG 5|HAE SANG 5
DAE YOUNG 7|TAE YOUNG 7
SHUN DA 9|SHUN FA 9
SINAR LAUT 5|SINAR BARU 5
BINTANG LAUT|BINTANG TIMUR
KOEI MARU NO.8|HOEI MARU NO.8
OCEAN STAR II|OCEAN STAR III
PACIFIC STAR|PACIFIC STARLIGHT
PACIFIC STAR|ATLANTIC STAR
EVER GIVEN|EVER GREET
SHAN XI 5|SHAN DONG 5
ZHE LING YU 23456|ZHE XIANG YU 23456
LU RONG YU 51234|LU RONG YU 51243
LONG XING 629|LONG XING 605
BAHARI JAYA 8|BAHARI JAYA 18
MITRA BAHARI 2|PUTRA BAHARI 2
DONG SUNG|DONG SEONG 2 DAE
JIN YANG|JIN YONG
TAI YUAN 27|TAI YUE 27
NAM YANG|NAM HAE
SEA STAR|SEA STORM
HAI FENG 3|HAI FU 3
"""
_DIGITS = "〇一二三四五六七八九"


def kanji_number(n: int) -> str:
    """A number below a hundred in Chinese numerals."""
    tens, ones = divmod(n, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def roman(n: int) -> str:
    """A number below forty in Roman numerals."""
    ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[n % 10]
    return "X" * (n // 10) + ones


def latin(word: tuple[str, ...], dice: random.Random, *, glued: float = 0.5) -> str:
    """One of the Latin spellings of a word, written apart or together."""
    spelling = dice.choice(word[1:])
    return spelling.replace(" ", "") if dice.random() < glued else spelling


def korean(word: tuple[str, ...], n: int, dice: random.Random) -> str:
    """A Korean name in one of its forms."""
    w, name = word[0], latin(word, dice)
    forms = [f"제{n}{w}호", f"{n}{w}호", f"{w}{n}호", f"제{n} {w}", f"{name} {n} HO", f"{n} {name} HO",
             f"NO.{n} {name}",
             f"NO {n} {name} HO", f"{name} NO.{n}", f"{name} {n}", f"{n}HO {name}", f"F/V {name} {n}", f"{name}{n}HO",
             f"{name} HO NO {n}" if len(name) > 5 and " " not in name else f"{n} {name}", f"NO{n}{name}"]  # fmt: skip
    return dice.choice(forms)


def chinese(word: tuple[str, ...], n: int, dice: random.Random) -> str:
    """A Chinese name in one of its forms."""
    w, name = word[0], latin(word, dice)
    half = word[1].replace(" ", "", 1)
    forms = [f"{w}{n}", f"{w}{n}号", f"{name}{n}", f"{name} {n}", f"{name} {n} HAO", f"{name}{n}HAO", f"{half} {n}",
             f"{name} NO.{n}", f"{word[1]} {n}", f"M/V {name} {n}", f"{half}{n}"]  # fmt: skip
    return dice.choice(forms)


def japanese(word: tuple[str, ...], n: int, dice: random.Random) -> str:
    """A Japanese name in one of its forms."""
    w, name = word
    forms = [f"第{n}{w}丸", f"NO.{n} {name} MARU", f"{name} MARU NO.{n}", f"{name}MARU NO{n}", f"DAI {n} {name} MARU",
             f"DAI{n} {name}MARU", f"{n} {name} MARU", f"{name} MARU {n}", f"NO{n} {name}MARU", f"{name} MARU NO {n}",
             f"第{kanji_number(n)}{w}丸" if n < 100 else f"第 {n} {w}丸"]  # fmt: skip
    return dice.choice(forms)


def indonesian(word: tuple[str, ...], n: int, dice: random.Random) -> str:
    """An Indonesian name in one of its forms."""
    name = word[0]
    forms = [f"KM. {name} {n}", f"KM {name}-{n:02}", f"{name} {n}", f"KMN {name} {n}", f"{name} NO {n}",
             f"KM.{name}{n}",
             f"{name} - {n:02}", f"KM {name.replace(' ', '')} {n}", f"{name} {roman(n)}" if n < 40 else f"{name} {n}",
             f"KM {name} {roman(n)}" if n < 40 else f"KM {name} {n}"]  # fmt: skip
    return dice.choice(forms)


def words(text: str) -> list[tuple[str, ...]]:
    """The words of a list: as written in its own script, then in Latin letters."""
    found: list[tuple[str, ...]] = []
    for part in text.replace("\n", " ").split(" "):
        own, mark, spelling = part.partition(":")
        if mark:
            found.append((own, spelling))
        elif part:
            found[-1] = (*found[-1][:-1], f"{found[-1][-1]} {part}")
    return [(one[0], *one[1].split(",")) for one in found]


def damaged(name: str, dice: random.Random) -> str:
    """A name with one letter lost or doubled inside a long word."""
    places = [i for i in range(4, len(name) - 1) if name[i].isascii() and name[i].isalpha() and name[i - 1].isalpha()]
    if not places:
        return name
    i = dice.choice(places)
    return name[:i] + dice.choice(("", name[i] * 2)) + name[i + 1 :]


def apart(a: str, b: str) -> int:
    """How many letters two spellings have not in common: near ones make hard pairs."""
    return sum(abs(a.count(c) - b.count(c)) for c in set(a + b))


def pairs_of(country: str, listed: list[tuple[str, ...]], write: Form, dice: random.Random) -> list[tuple[str, ...]]:
    """Pairs of a country: forms of one name, sisters, neighbours in spelling, strangers, words swapped, damage."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    while len(found) < EACH:
        how = dice.choices(tuple(HOW), tuple(HOW.values()))[0]
        one, other = pair(how, dice.choice(listed), listed, write, dice)
        if one != other:
            label = "other" if how in {"sister", "near", "stranger"} else "same"
            found[one, other] = (country, one, other, label, how)
    return list(found.values())


def pair(
    how: str, word: tuple[str, ...], listed: list[tuple[str, ...]], write: Form, dice: random.Random
) -> tuple[str, str]:
    """Two names built in one way; the same twice where the word does not allow it."""
    n = dice.randint(*dice.choice(((2, 39), (40, 99), (101, 999))))
    spelling = (word[1:] or word)[0]
    if how == "sister":
        number = dice.choice([m for m in (n + 1, n - 1, n + 10, n * 10 % 997 + 1, n + 100) if m != n])
        return write(word, n, dice), write(word, number, dice)
    if how in {"near", "stranger"}:
        rest = [w for w in listed if not set(w[1:] or w) & set(word[1:] or word) and apart((w[1:] or w)[0], spelling)]
        rest.sort(key=lambda w: apart((w[1:] or w)[0], spelling))
        return write(word, n, dice), write(dice.choice(rest[:3] if how == "near" else rest), n, dice)
    if how == "swap":
        parts = spelling.split()
        return f"{spelling} {n}", f"{' '.join([parts[-1], *parts[:-1]])} {n}"
    if how == "damage":
        whole = spelling.replace(" ", "")
        return f"{whole} {n}", f"{damaged(whole, dice) if len(whole) >= 8 else whole} {n}"
    return write(word, n, dice), write(word, n, dice)


def written() -> str:
    """The file."""
    dice = random.Random(20250107)
    rows: list[tuple[str, ...]] = []
    lists = (("KR", words(KR), korean), ("CN", words(CN), chinese), ("JP", words(JP), japanese),
             ("ID", [(one,) for one in IDN.replace("\n", ",").strip(",").split(",")], indonesian))  # fmt: skip
    for country, listed, write in lists:
        rows += pairs_of(country, listed, write, dice)
    for label, typed in (("same", SAME_TYPED), ("other", OTHER_TYPED)):
        rows += [("--", *line.split("|"), label, "hand") for line in typed.strip().splitlines()]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("country", "one", "other", "label", "how"), *rows])
    return out.getvalue()


def main() -> int:
    """Write the pairs, or say whether they differ."""
    if "--check" in sys.argv[1:]:
        return int(OUT.read_text() != written())
    OUT.write_text(written())
    return 0


if __name__ == "__main__":
    sys.exit(main())
