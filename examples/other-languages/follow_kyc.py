#!/usr/bin/env python3
"""Handles every KYC update at least once, in order. Python 3.8 or later, nothing but the standard library.

    KYC_URL=http://127.0.0.1:4000/graphql KYC_TOKEN=... CURSOR_FILE=kyc.cursor python3 follow_kyc.py

It reads the gateway's event stream, and stores the cursor of each update after handling it. When it is killed, or the
gateway is, it continues after the last cursor that was stored: an update may be handled twice, and none is missed.
Exit status 2: trying again cannot help. 3: the gateway's journal no longer holds the cursor.
"""
import http.client
import json
import os
import random
import sys
import time
from urllib.parse import urlsplit

URL = urlsplit(os.environ.get("KYC_URL", "http://127.0.0.1:4000/graphql"))
CURSOR_FILE = os.environ.get("CURSOR_FILE", "kyc.cursor")
# The gateway sends a comment every 15 seconds: after two that are missing, the connection is dead.
SILENCE_SECONDS = 35
LARGEST_PAUSE_SECONDS = 30
QUERY = """subscription ($after: String) {
  kycUpdates(after: $after) { customerId revision status verified cursor }
}"""


class GatewayError(Exception):
    """What the gateway reported, with its code."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


def handle(update):
    """Your code. It may be called again with the same update: make it idempotent, by customerId and revision."""
    print(json.dumps(update, ensure_ascii=False), flush=True)


def token():
    """Read before each connection, so that a new token is used after the old one has expired."""
    if "KYC_TOKEN_FILE" in os.environ:
        with open(os.environ["KYC_TOKEN_FILE"], encoding="utf-8") as file:
            return file.read().strip()
    return os.environ["KYC_TOKEN"]


def load_cursor():
    try:
        with open(CURSOR_FILE, encoding="utf-8") as file:
            return file.read().strip() or "earliest"
    except FileNotFoundError:
        return "earliest"


def store_cursor(cursor):
    """The old cursor or the new one is on disk, whenever this process or the machine stops."""
    draft = CURSOR_FILE + ".new"
    with open(draft, "w", encoding="utf-8") as file:
        file.write(cursor)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, CURSOR_FILE)
    folder = os.open(os.path.dirname(os.path.abspath(CURSOR_FILE)), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def connect(after):
    kind = http.client.HTTPSConnection if URL.scheme == "https" else http.client.HTTPConnection
    connection = kind(URL.hostname, URL.port, timeout=SILENCE_SECONDS)
    connection.request(
        "POST",
        URL.path.rstrip("/") + "/stream",
        body=json.dumps({"query": QUERY, "variables": {"after": after}}),
        headers={
            "Accept": "text/event-stream",
            "Content-Type": "application/json",
            "Authorization": "Bearer " + token(),
        },
    )
    return connection


def parse(text):
    """A GraphQL result; None for the empty message that ends a stream. Raises what the gateway reports."""
    try:
        message = json.loads(text) if text else None
        error = message["errors"][0] if message and message.get("errors") else None
    except (ValueError, LookupError, TypeError, AttributeError) as cause:
        raise ConnectionError("Something in between answered instead of the gateway.") from cause
    if error is not None:
        raise GatewayError(error.get("extensions", {}).get("code", "UNKNOWN"), error.get("message", ""))
    return message


def updates(after):
    """The updates after a cursor. Raises when the stream ends, for whatever reason."""
    connection = connect(after)
    try:
        response = connection.getresponse()
        if response.status != 200 or "text/event-stream" not in response.getheader("Content-Type", ""):
            parse(response.read().decode("utf-8", "replace"))
            raise ConnectionError(f"The gateway answered {response.status}.")
        data = []
        for line in iter(response.readline, b""):
            text = line.decode("utf-8").rstrip("\r\n")
            if text.startswith("data:"):
                data.append(text[5:].lstrip(" "))
            elif text == "" and data:
                # A message ends with an empty line. Lines that begin with ":" are comments, and show that the stream lives.
                message, data = parse("\n".join(data)), []
                if message is not None:
                    yield message["data"]["kycUpdates"]
        raise ConnectionError("The stream ended.")
    finally:
        connection.close()


def main():
    cursor = load_cursor()
    failures = 0
    while True:
        try:
            for update in updates(cursor):
                handle(update)
                store_cursor(update["cursor"])
                cursor = update["cursor"]
                failures = 0
        except GatewayError as error:
            print(error, file=sys.stderr, flush=True)
            if error.code == "CURSOR_UNKNOWN":
                # The journal was restored or replaced: decide yourself what of it you have to handle again.
                sys.exit(3)
            if error.code in ("FORBIDDEN", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"):
                sys.exit(2)
        except (OSError, http.client.HTTPException) as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        # Random, so that consumers that were cut off together do not come back together.
        time.sleep(random.uniform(0, min(LARGEST_PAUSE_SECONDS, 0.5 * 2**failures)))
        failures = min(failures + 1, 10)


if __name__ == "__main__":
    main()
