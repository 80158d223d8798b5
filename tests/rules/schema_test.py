#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The JSON Schema that ships accepts what portscope writes, and would refuse what it must not write."""
import copy
import json
import unittest

from answers import documents
from source_tree import ROOT

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = json.loads((ROOT / "man/portscope-1.schema.json").read_text(encoding="utf-8"))


@unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed: JSON is not checked against the schema")
class Schema(unittest.TestCase):
    def errors(self, document, schema=None):
        validator = jsonschema.Draft202012Validator(schema or SCHEMA)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]

    def full(self):
        """The schema of a socket without --columns."""
        return {"$ref": "#/$defs/full_socket", "$defs": SCHEMA["$defs"]}

    def any_document(self, kind, holds=lambda document: True):
        return copy.deepcopy(next(d for d in documents().values() if d["schema"] == kind and holds(d)))

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_every_document_is_accepted(self):
        for asked, document in documents().items():
            self.assertEqual(self.errors(document), [], asked)

    def test_every_schema_was_seen(self):
        self.assertEqual({document["schema"] for document in documents().values()},
                         set(SCHEMA["properties"]["schema"]["enum"]))

    def test_a_socket_by_default_has_every_key(self):
        sockets = [socket for asked, document in documents().items() if "-C" not in asked
                   for socket in document.get("sockets", [document] if "state" in document else [])]
        self.assertGreaterEqual({socket["transport"] for socket in sockets}, {"tcp", "udp", "unix"})
        for socket in sockets:
            self.assertEqual(self.errors(socket, self.full()), [])

    def test_fewer_keys_are_no_full_socket(self):
        chosen = next(document for asked, document in documents().items() if asked[1:] == ("-C", "cookie"))
        self.assertIn("'owners' is a required property", " ".join(self.errors(chosen["sockets"][0], self.full())))

    def test_wrong_documents_are_refused(self):
        held = self.any_document("portscope.snapshot/1", lambda d: d["sockets"] and d["sockets"][0].get("owners"))
        self.assertEqual(self.errors(held), [])

        def port_as_text(document):
            document["sockets"][0]["local"] = {"address": "::", "port": "80"}

        def cookie_as_number(document):
            document["sockets"][0]["cookie"] = 7

        def state_in_capitals(document):
            document["sockets"][0]["state"] = "LISTEN"

        def owner_without_name(document):
            del document["sockets"][0]["owners"][0]["name"]

        def local_time(document):
            document["time"] = "2026-01-02T03:04:05.678901+01:00"

        def no_gaps(document):
            del document["gaps"]

        def sockets_gap_of_nothing(document):
            document["gaps"] = [{"what": "sockets", "why": "EACCES", "count": None, "remedy": "none"}]

        def status_unasked(document):
            document["sockets"][0]["owner_status"] = "unasked"

        def other_major(document):
            document["schema"] = "portscope.snapshot/2"

        for spoil in (port_as_text, cookie_as_number, state_in_capitals, owner_without_name, local_time, no_gaps,
                      sockets_gap_of_nothing, status_unasked, other_major):
            document = copy.deepcopy(held)
            spoil(document)
            self.assertTrue(self.errors(document), spoil.__name__)


if __name__ == "__main__":
    unittest.main(verbosity=2)
