"""Pages out of templates, in the visitor's language."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import jinja2
import msgspec
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hanbada.app.i18n import languages, translations
from hanbada.app.web import incident_words, nautical, words
from hanbada.app.web.node import node_of, visitor_of
from hanbada.app.web.ports import KINDS
from hanbada.app.web.settings import PALETTES
from hanbada.app.web.told import shown as said_by
from hanbada.incidents.reports.forms import FORMS
from hanbada.model.angles import position
from hanbada.model.desk import ROLES
from hanbada.model.records import DISMISSALS
from hanbada.model.times import SECOND_US, dtg, iso
from hanbada.model.wording import sentence as house_sentence
from hanbada.release.wording import sentence as rule_sentence

if TYPE_CHECKING:
    from jinja2.runtime import Context
    from starlette.requests import Request

    from hanbada.app.web.assets import Assets
    from hanbada.model.sharing import Released

HEARD_LIMIT = 80
"""Characters of a name shown: AIS carries 20, other feeds carry what they like."""
SENTENCE_LIMIT, WRITTEN_LIMIT = 400, 4000
_WORDS = {**vars(words), **vars(incident_words)}
WORDS_OF_CODES = {name: value for name, value in _WORDS.items() if name.isupper() and isinstance(value, (dict, tuple))}


def environment(assets: Assets) -> jinja2.Environment:
    """The templates, everything escaped."""
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("hanbada.app.web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(_gettext, _ngettext, newstyle=True, pgettext=_pgettext)  # type: ignore[attr-defined]
    env.filters |= {
        "heard": heard,
        "plain": lambda text: plain(str(text)),
        "titled": titled,
        "translated": translated,
        "written": written,
        "dtg": dtg,
        "iso": lambda at_us: iso(at_us // SECOND_US * SECOND_US),
        "short_time": nautical.short_time,
        "speed": nautical.speed,
        "bearing": nautical.bearing,
        "count": count,
        "duration": duration,
        "ago": ago,
        "kind": lambda record: type(record).__name__,
        "size": size,
        "sentence": sentence,
        "verdict": verdict,
        "letter": letter,
        "day": lambda at_us: iso(at_us)[:10],
    }
    env.globals |= WORDS_OF_CODES | {
        "asset": assets.url,
        "words_of": assets.words,
        "position": position,
        "languages": languages,
        "language_name": language_name,
        "PALETTES": PALETTES,
        "KINDS": KINDS,
        "ROLES": ROLES,
        "DISMISSALS": DISMISSALS,
        "with_query": with_query,
        "said_by": said_by,
        "titles": {one.name: one.title for one in FORMS.values()},
    }
    return env


@jinja2.pass_context
def _gettext(context: Context, message: str) -> str:
    return str(context["visitor"].words.gettext(message))


@jinja2.pass_context
def _ngettext(context: Context, one: str, many: str, n: int) -> str:
    return str(context["visitor"].words.ngettext(one, many, n))


@jinja2.pass_context
def _pgettext(context: Context, situation: str, message: str) -> str:
    return str(context["visitor"].words.pgettext(situation, message))


def heard(text: object) -> Markup:
    """Text that came over the radio, made safe to read: escaped, isolated from the text around it, no controls.

    Characters that steer the direction of writing or cannot be seen become a replacement mark, so that a name cannot
    rearrange or imitate what stands beside it.
    """
    return Markup("<bdi>{}</bdi>").format(plain(str(text)))


def plain(text: str, limit: int = HEARD_LIMIT) -> str:
    """The same as text for places that take no markup, such as titles."""
    shown = "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs", "Cn"} else c for c in text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


@jinja2.pass_context
def titled(context: Context, title: str) -> Markup:
    """An incident's title; the kind of detection an opened one begins with, in the reader's language."""
    kind, _, names = title.partition(" ")
    known = words.DETECTOR_WORDS.get(kind)
    return Markup("{}: {}").format(_gettext(context, known), heard(names)) if known and names else heard(title)


def written(text: str) -> str:
    """What a person wrote, with its line breaks and without other controls."""
    return "\n".join(plain(line, WRITTEN_LIMIT) for line in text.splitlines())


@jinja2.pass_context
def translated(context: Context, message: str) -> str:
    """A message that is not known before: translated if the catalogue has it."""
    return str(context["visitor"].words.gettext(message)) if message else ""


@jinja2.pass_context
def count(context: Context, number: int) -> str:
    """A whole number with the language's thousands separator."""
    # NOTE: the separator between thousands
    separator = context["visitor"].words.pgettext("thousands separator", ",")
    return f"{number:,}".replace(",", separator)


@jinja2.pass_context
def duration(context: Context, us: int) -> str:
    """A span of time in words."""
    return nautical.duration(us, context["visitor"].words.gettext)


@jinja2.pass_context
def ago(context: Context, at_us: int) -> str:
    """How long before the picture's time something was."""
    words_of = context["visitor"].words
    span = nautical.duration(max(0, context["now_us"] - at_us), words_of.gettext)
    return str(words_of.gettext("%(span)s ago") % {"span": span})


@jinja2.pass_context
def sentence(context: Context, fact: Any) -> str:
    """A reason or an innocent explanation as a sentence; what it quotes from the radio is made readable."""
    return plain(house_sentence(fact, context["visitor"].words.gettext), SENTENCE_LIMIT)


@jinja2.pass_context
def verdict(context: Context, said: Any) -> str:
    """What a rule of release said, as a sentence; names of nodes instead of their ids."""
    words_of = context["visitor"].words
    return plain(rule_sentence(said, words_of.gettext, context.get("names", {})), SENTENCE_LIMIT)


def letter(released: Released) -> str:
    """What leaves, to the letter, readable."""
    return readable(msgspec.json.format(msgspec.json.encode(released), indent=1).decode())


def readable(raw: str) -> str:
    """JSON in which characters that cannot be seen, or turn the writing round, stand as their escapes."""
    units = ((c, c.encode("utf-16-be").hex()) for c in raw)
    return "".join(
        c if c.isprintable() or c == "\n" else "".join(f"\\u{code[at : at + 4]}" for at in range(0, len(code), 4))
        for c, code in units
    )


def size(card: Any) -> str:
    """Length and beam."""
    parts = [f"{value:.0f}" for value in (card.length_m, card.beam_m) if value is not None]
    return f"{' × '.join(parts)} m" if parts else ""


def language_name(code: str) -> str:
    """What a language calls itself."""
    return languages().get(code, translations(code).info().get("language", code))


def with_query(path: str, query: dict[str, Any], **changes: Any) -> str:
    """An address with its query changed; None takes a word out."""
    changed = {key: value for key, value in (query | changes).items() if value not in {None, ""}}
    return f"{path}?{urlencode(changed)}" if changed else path


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page or a piece of one."""
    node, visitor = node_of(request), visitor_of(request)
    shared = {
        "request": request,
        "visitor": visitor,
        "site": node.site,
        "now_us": node.site.now_us(),
        "path": request.url.path,
        "here": address(request),
        "partial": is_partial(request),
        "shares": node.sharing is not None,
        "provider": node.settings.provider,
    }
    content = node.templates.get_template(template).render(shared | values)
    return HTMLResponse(content, status, {"Vary": "HX-Request"})


def address(request: Request) -> str:
    """The path and query of a request, to come back to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def is_partial(request: Request) -> bool:
    """Whether a script asked for a piece of a page."""
    return request.headers.get("hx-request") == "true"


def back(request: Request, target: str) -> Response:
    """After a change: go to a page of ours. A fragment request is told by header."""
    target = own_address(target)
    if is_partial(request):
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


def own_address(target: str) -> str:
    """The target if it is a path on this node, else the map: nobody is led elsewhere.

    >>> own_address("//elsewhere/x"), own_address("/alerts?state=new")
    ('/', '/alerts?state=new')
    """
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return quote(target, safe="/?&=%,:+-._~#") if ours and target.isprintable() else "/"


def sign_in_address(request: Request) -> str:
    """Where someone who is not signed in goes, to come back here."""
    return f"/login?{urlencode({'next': address(request)})}" if request.url.path != "/" else "/login"


def escaped(text: str) -> str:
    """Text for HTML."""
    return str(escape(text))
