"""A small hub's log in memory, and the bundles it gives out: what the verifier's tests start from."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.client.jose import PrivateKey, new_key, sign_compact, sign_detached, unb64u
from hub.evidence import archive, entries, merkle, receipt
from hub.evidence.bundle import Bundle, Consistency, Event, Key, Opened, Original, pack
from hub.evidence.log import Logged
from hub.evidence.note import Checkpoint, Signer

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ISSUER = "http://127.0.0.1:8040"
MESSAGE = "01983d0e-7a00-7000-8000-000000000001"
DELIVERY = "01983d0e-7a00-7000-8000-0000000000d1"
SENDER, RECEIVER = "3101", "3105"
BODY = "<AJ><DSR>测甲</DSR></AJ>".encode("gbk")


def keypair(kid, alg="EdDSA"):
    private, public = new_key(kid, alg)
    return PrivateKey.from_jwk(private), public


@dataclass
class Log:
    """Entries in a tree, with the nodes that proofs need."""

    seed: bytes = b"\x05" * 32
    texts: list = field(default_factory=list)
    nodes: dict = field(default_factory=dict)
    tree: merkle.Tree = field(default_factory=merkle.Tree)

    def __post_init__(self):
        self.signer = Signer("127.0.0.1:8040", Ed25519PrivateKey.from_private_bytes(self.seed))
        self.vkey = self.signer.verifier.vkey()

    def add(self, entry):
        self.nodes[0, self.tree.size] = entry.leaf
        self.texts.append(entry.text)
        self.nodes |= {(level, index): h for level, index, h in self.tree.append(entry.leaf)}
        return entry, self.tree.size - 1

    def fill(self, count):
        for _ in range(count):
            self.add(entries.make("acknowledgement", b"\0" * 32, AT))

    def root(self, size):
        return merkle.fold([self.nodes[n] for n in merkle.cover(0, size)])

    def checkpoint(self, size=None):
        size = size or self.tree.size
        return self.signer.sign(Checkpoint(self.signer.name, size, self.root(size)).text())

    def opened(self, place):
        entry, index = place
        hashes = merkle.assemble(merkle.inclusion_plan(index, self.tree.size), self.nodes)
        return Opened(entry.salt, Logged(index, self.texts[index], tuple(hashes)))

    def consistency(self, first):
        plan = merkle.consistency_plan(first, self.tree.size)
        return Consistency(first, merkle.assemble(plan, self.nodes))


class Story:
    """One message from a police system to a mediation room: sent, delivered, acknowledged."""

    def __init__(self, sender_alg="EdDSA"):
        self.log = Log()
        self.hub_key, self.hub_jwk = keypair("hub-1")
        self.other_key, self.other_jwk = keypair("hub-2")
        self.sender_key, self.sender_jwk = keypair("police-1", sender_alg)
        self.log.fill(3)
        self.hub_place = self.log.add(entries.key_entry(self.hub_jwk, AT).entry)
        self.sender_place = self.log.add(entries.key_entry(self.sender_jwk, AT, "police-3101").entry)
        self.early = self.log.checkpoint()
        self.early_size = self.log.tree.size
        self._send()
        self._deliver()
        self.log.fill(4)
        self.checkpoint = self.log.checkpoint()

    def _send(self):
        members = {
            "typ": "liantiao-message+jws",
            "cty": "application/xml;charset=GBK",
            "iss": "police-3101",
            "aud": ISSUER,
            "iat": int(AT.timestamp()),
            "jti": "jjd-20261125-0007",
            "unit": SENDER,
            "kind": "dispute",
            "purpose": "mediation",
        }
        self.protected, self.signature = sign_detached(self.sender_key, members, BODY)
        self.digest = sha256(self.protected.encode() + b"." + BODY).digest()
        entry = entries.make("message", self.digest, AT)
        self.place = self.log.add(entry)
        claims = receipt.claims(
            issuer=ISSUER,
            client="police-3101",
            message=MESSAGE,
            jti=members["jti"],
            digest=self.digest,
            entry=entry,
            at=AT,
        )
        self.receipt = sign_compact(self.hub_key, receipt.TYP, claims)

    def _deliver(self):
        said = {
            "message": MESSAGE,
            "seq": 1,
            "from": SENDER,
            "to": RECEIVER,
            "document": {"schema": "dispute/1.0"},
            "origin_digest": f"sha-256:{self.digest.hex()}",
        }
        claims = {
            "iss": ISSUER,
            "aud": "room-3105",
            "iat": int(AT.timestamp()),
            "jti": DELIVERY,
            "txn": MESSAGE,
            "events": {"urn:liantiao:event:dispute": said},
        }
        self.token = sign_compact(self.hub_key, "secevent+jwt", claims)
        self.claims = entries.claims_digest(unb64u(self.token.split(".")[1]))
        self.events = []
        for kind, digest in (("delivery", self.claims), ("acknowledgement", None)):
            told = entries.event_statement(kind, MESSAGE, DELIVERY, RECEIVER, digest)
            place = self.log.add(entries.make(kind, entries.statement_digest(told), AT))
            self.events.append((kind, digest, place))

    def keys(self):
        return [
            Key(self.hub_jwk, self.log.opened(self.hub_place)),
            Key(self.other_jwk, None),
            Key(self.sender_jwk, self.log.opened(self.sender_place), "police-3101"),
        ]

    def bundle(self, *, sender=True, keys=None, consistency=True):
        events = [
            Event(
                kind,
                MESSAGE,
                DELIVERY,
                RECEIVER,
                self.log.opened(place),
                digest,
                self.token if kind == "delivery" and not sender else None,
            )
            for kind, digest, place in self.events
        ]
        return Bundle(
            issuer=ISSUER,
            message=MESSAGE,
            unit=SENDER if sender else RECEIVER,
            digest=self.digest,
            entry=self.log.opened(self.place),
            checkpoint=self.checkpoint,
            vkey=self.log.vkey,
            keys=self.keys() if keys is None else keys,
            events=events,
            original=Original(self.protected, self.signature, BODY, self.receipt) if sender else None,
            consistency=[self.log.consistency(self.early_size)] if consistency else [],
        )


def repack(raw, change):
    """The bundle with its files changed, and a manifest that fits them again: a forger does that too."""
    files = archive.read(raw)
    change(files)
    return seal(files)


def seal(files):
    told = json.loads(files["manifest.json"])
    told["files"] = [
        {"name": name, "size": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in files.items()
        if name != "manifest.json"
    ]
    return archive.write({**files, "manifest.json": json.dumps(told).encode()})


def edit(files, name, change):
    """Changes the JSON value of a file in place."""
    value = json.loads(files[name])
    files[name] = json.dumps(change(value) or value).encode()


def packed(story, **options):
    return pack(story.bundle(**options))
