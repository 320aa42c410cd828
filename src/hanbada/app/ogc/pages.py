"""The documents of OGC API - Features, Part 1: landing page, conformance, the API's own description, collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanbada.app.ogc.asking import CRS84, DEFAULT_LIMIT, LARGEST_LIMIT

if TYPE_CHECKING:
    from hanbada.app.ogc.offering import Shelf

CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{one}" for one in ("core", "oas30", "geojson")
)
JSON, GEOJSON = "application/json", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
QUERY = ("bbox", "datetime", "limit", "offset")
_TITLE = "Hanbada: what the release desk lets this reader have"


def link(href: str, rel: str, media: str = JSON, title: str = "") -> dict[str, str]:
    """A link to another document."""
    return {"href": href, "rel": rel, "type": media} | ({"title": title} if title else {})


def landing(root: str) -> dict[str, Any]:
    """The landing page."""
    return {
        "title": _TITLE,
        "description": "Not for navigation. Collections are communities and kinds of objects.",
        "links": [
            link(root, "self", title="This document"),
            link(f"{root}api", "service-desc", OPENAPI, "The API"),
            link(f"{root}conformance", "conformance", title="What it conforms to"),
            link(f"{root}collections", "data", title="Collections"),
        ],
    }


def collections(root: str, shelves: dict[Shelf, str]) -> dict[str, Any]:
    """Every collection; `shelves` names their communities."""
    listed = [collection(root, one, name) for one, name in shelves.items()]
    return {"links": [link(f"{root}collections", "self")], "collections": listed}


def collection(root: str, shelf: Shelf, community: str) -> dict[str, Any]:
    """One collection."""
    here = f"{root}collections/{shelf.name}"
    return {
        "id": shelf.name,
        "title": f"{community}: {shelf.data_class}",
        "description": "What was released, as exactly as it was released. Not for navigation.",
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]], "crs": CRS84}},
        "links": [link(here, "self"), link(f"{here}/items", "items", GEOJSON)],
    }


def api(root: str) -> dict[str, Any]:
    """The OpenAPI 3.0 description."""
    paths = {
        "": operation("landing", "The landing page", JSON),
        "conformance": operation("conformance", "What it conforms to", JSON),
        "api": operation("api", "This description", OPENAPI),
        "collections": operation("collections", "Collections", JSON),
        "collections/{id}": operation("collection", "One collection", JSON, ["id"]),
        "collections/{id}/items": operation(
            "items", "Features", GEOJSON, ["id", "bbox", "datetime", "limit", "offset"]
        ),
        "collections/{id}/items/{feature}": operation("feature", "One feature", GEOJSON, ["id", "feature"]),
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": _TITLE, "version": "1.0.0"},
        "servers": [{"url": root.rstrip("/")}],
        "security": [{"basic": []}, {"bearer": []}],
        "paths": {f"/{path}": {"get": one} for path, one in paths.items()},
        "components": {
            "parameters": parameters(),
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def operation(name: str, summary: str, media: str, wanted: list[str] | None = None) -> dict[str, Any]:
    """One operation with its answers."""
    answers = {"200": answer("An answer", media), "401": answer("Who asks is not known", JSON)}
    if wanted:
        answers |= {"404": answer("There is no such thing for this reader", JSON)}
        answers |= {"400": answer("A parameter does not fit", JSON)}
    refs = [{"$ref": f"#/components/parameters/{one}"} for one in wanted or []]
    return {"operationId": name, "summary": summary, "parameters": refs, "responses": answers}


def answer(description: str, media: str) -> dict[str, Any]:
    """One answer: a JSON object."""
    return {"description": description, "content": {media: {"schema": {"type": "object"}}}}


def parameters() -> dict[str, Any]:
    """The parameters, as they may be asked."""
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT}
    return {
        "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        "feature": {"name": "feature", "in": "path", "required": True, "schema": {"type": "string"}},
        "bbox": {"name": "bbox", "in": "query", "schema": box, "style": "form", "explode": False},
        "datetime": {"name": "datetime", "in": "query", "schema": {"type": "string"}},
        "limit": {"name": "limit", "in": "query", "schema": limit},
        "offset": {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
    }
