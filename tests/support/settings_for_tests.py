"""The environment of a line under test: complete, pretend, and on no network."""

ORIGIN = "https://astreinte.example"
ACCOUNT = "AC" + "1" * 32
TOKEN = "jeton-de-test"
SECOND_TOKEN = "second-jeton-de-test"
SENDER = "NVL"
MAIN = "+33586077777"
AFTER_HOURS = "+33536490024"


def environment(database_url: str, recordings_url: str, **more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "RECORDINGS_URL": recordings_url,
        "SECRET_KEY": "cle-de-test-0123456789",
        "PUBLIC_URL": ORIGIN,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_AUTH_TOKEN_SECONDARY": SECOND_TOKEN,
        "TWILIO_API_URL": "http://127.0.0.1:9",  # nobody listens there
        "TWILIO_SMS_SENDER": SENDER,
        "TWILIO_CALLER_ID": MAIN,
    } | more
