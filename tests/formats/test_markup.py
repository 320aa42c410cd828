"""XML within bounds."""

import pytest

from hanbada.model.errors import InputError
from hanbada.share.formats import markup

LAUGHS = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def test_names_keep_their_namespace_and_are_found_without():
    root = markup.parsed(b'<r xmlns="urn:x" v="1"><info name="N"/><way> text </way></r>', "r.xml")
    assert root.tag == "{urn:x}r"
    assert markup.text(root, "way") == "text"
    assert markup.child(root, "info").get("name") == "N"
    assert markup.text(root, "none", "deeper") is None


@pytest.mark.parametrize(
    "bad",
    [b"", b"<a>", b"text", LAUGHS, OUTSIDE, b"<a>" * 100 + b"</a>" * 100, b"\x00\x01", b'<?xml version="1.0" encoding="none-such"?><a/>',
     b"<a>\xff</a>", b"<a>&unknown;</a>"],
)  # fmt: skip
def test_what_is_not_plain_xml_is_refused_with_its_name(bad):
    with pytest.raises(InputError, match=r"^bad.xml"):
        markup.parsed(bad, "bad.xml")


def test_characters_xml_cannot_carry_are_left_out():
    root = markup.parsed(b"<a/>", "a")
    root.text = "a\x00b\ud800<&"
    assert markup.parsed(markup.document(root), "a").text == "ab<&"
