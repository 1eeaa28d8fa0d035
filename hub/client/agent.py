"""The whole client of one agency system, put together from its parts.

async with Agent(Identity(issuer, client_id, PrivateKey.from_jwk(jwk))) as agent:
    message = agent.sign(Envelope(unit, "dispute", "mediation", "application/json"), body)
    accepted = await agent.send(message)
    await agent.drain(handle)
"""

from hub.client.files import Files
from hub.client.prechecks import Prechecks
from hub.client.reading import Reading
from hub.client.receiving import Receiving
from hub.client.sending import Sending
from hub.client.shares import Shares
from hub.client.typical import Typical


class Agent(Sending, Receiving, Files, Reading, Shares, Prechecks, Typical):
    """Sends, receives, uploads and reads on behalf of one registered system."""
