"""A throw-away application with planted flaws: a run of the tools that does not find these proves nothing.

    python deploy/attack/planted.py PORT

Never serve it but on 127.0.0.1. `FLAWS` says which tool must find what.
"""

import json
import sqlite3
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

FLAWS = {
    "schemathesis": ("Server error", "schema"),
    "sqlmap": ("injectable",),
    "wapiti": ("SQL Injection", "Cross Site Scripting", "Path Traversal", "Open Redirect", "CRLF"),
}  # fmt: skip
"""By tool: words of what it must report of this application."""
DESCRIBED = {
    "openapi": "3.1.0",
    "info": {"title": "Planted", "version": "1"},
    "paths": {
        "/api/items/{number}": {
            "get": {
                "parameters": [
                    {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
                ],
                "responses": {
                    "200": {
                        "description": "An item",
                        "content": {
                            "application/json": {
                                "schema": {"type": "object", "required": ["name"],
                                           "properties": {"name": {"type": "string"}}}
                            }
                        },
                    }
                },
            }
        }
    },
}  # fmt: skip
HOME = """<!doctype html><title>Planted</title><a href="/search?q=bed">s</a> <a href="/read?file=a.txt">r</a>
<a href="/go?to=/">g</a> <a href="/set?lang=en">l</a> <form action="/search"><input name="q"></form>"""


class Planted(BaseHTTPRequestHandler):
    """Every request; faults are left to end in 500."""

    def do_GET(self) -> None:  # noqa: N802
        """Answer, faultily."""
        asked = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(asked.query).items()}
        try:
            self._route(asked.path, given)
        except Exception as error:
            self._send(
                f"{type(error).__module__}.{type(error).__name__}: {error}", HTTPStatus.INTERNAL_SERVER_ERROR
            )

    def _route(self, path: str, given: dict[str, str]) -> None:
        if path == "/search":
            self._send(f"<p>You asked for {given.get('q', '')}</p>{_found(given.get('q', ''))}")
        elif path == "/read":
            self._send(Path(__file__).parent.joinpath(given.get("file", "")).read_text("utf-8"))
        elif path == "/go":
            self._send("", HTTPStatus.FOUND, {"Location": given.get("to", "/")})
        elif path == "/set":
            self._raw(given.get("lang", ""))
        elif path.startswith("/api/items/"):
            number = int(path.rsplit("/", 1)[1])
            body = {"name": ["bed", "meal"][number]} if number < 5 else {"title": 1}
            self._send(json.dumps(body), headers={"Content-Type": "application/json"})
        elif path == "/api/openapi.json":
            self._send(json.dumps(DESCRIBED), headers={"Content-Type": "application/json"})
        else:
            self._send(HOME)

    def _send(
        self, body: str, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def _raw(self, language: str) -> None:
        self.wfile.write(f"HTTP/1.0 200 OK\r\nContent-Language: {language}\r\n\r\nset".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def _found(text: str) -> str:
    with sqlite3.connect(":memory:") as rows:
        rows.execute("CREATE TABLE item (name TEXT)")
        rows.execute("INSERT INTO item VALUES ('bed')")
        return str(rows.execute(f"SELECT name FROM item WHERE name = '{text}'").fetchall())  # noqa: S608


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Planted).serve_forever()
