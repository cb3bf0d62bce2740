"""Twilio, outwards: steps to TwiML, the REST client, signatures."""
