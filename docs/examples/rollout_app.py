#!/usr/bin/env python3
"""A service that keeps accounts, before, during and after the migration of rollout.sql: docs/rollout.md

    rollout_app.py 'dbname=shop' [port]

    GET  /account/7           {"id": 7, "cent": 700, "form": "old"}
    POST /account/7?add=50    the same, after so many cents more

It needs python3-psycopg2.  Which of its two ways to the data it goes is not up to a deployment:
the database says so for each customer, so a customer can be taken back at once.
"""
import json
import queue
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import psycopg2

CONNECTIONS = 4
ATTEMPTS = 3

USE_NEW = "SELECT zdm.use_new('account_cent', %s, 'account')"

# What is left of this when the migration is finalized is NEW.
OLD = {
    "read": "SELECT (euro * 100)::bigint FROM account WHERE id = %(id)s",
    "add": "UPDATE account SET euro = euro + %(add)s / 100.0 WHERE id = %(id)s"
           " RETURNING (euro * 100)::bigint",
}
NEW = {
    "read": "SELECT cent FROM account WHERE id = %(id)s",
    "add": "UPDATE account SET cent = cent + %(add)s WHERE id = %(id)s RETURNING cent",
}

connections = queue.Queue()


def transact(connection, account, add):
    """Asks and does, in one transaction: the answer is never older than that."""
    with connection, connection.cursor() as cursor:
        cursor.execute(USE_NEW, (str(account),))
        new = cursor.fetchone()[0]
        statements = NEW if new else OLD
        cursor.execute(statements["read" if add is None else "add"], {"id": account, "add": add})
        row = cursor.fetchone()
        return row and {"id": account, "cent": row[0], "form": "new" if new else "old"}


def serve(account, add):
    """The form may end between question and use, by contract or rollback: then ask again."""
    connection = connections.get()
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return transact(connection, account, add)
            except psycopg2.errors.UndefinedColumn:
                if attempt == ATTEMPTS:
                    raise
    finally:
        connections.put(connection)


class Handler(BaseHTTPRequestHandler):
    def answer(self, with_add):
        url = urlsplit(self.path)
        try:
            account = int(url.path.removeprefix("/account/"))
            add = int(parse_qs(url.query)["add"][0]) if with_add else None
        except (KeyError, ValueError):
            return self.send_error(400)
        try:
            found = serve(account, add)
        except psycopg2.Error as error:
            return self.send_error(503, explain=str(error))
        if not found:
            return self.send_error(404)
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(with_add=False)

    def do_POST(self):
        self.answer(with_add=True)

    def log_request(self, *args):
        pass


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    for _ in range(CONNECTIONS):
        connections.put(psycopg2.connect(sys.argv[1], application_name="rollout_app"))
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
