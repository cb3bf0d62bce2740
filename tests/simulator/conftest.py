import pytest

from simulator.twilio import Twilio
from tests.simulator.product import Clock, Product, pretend_twilio


@pytest.fixture
def product() -> Product:
    return Product()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def twilio(product: Product, clock: Clock) -> Twilio:
    return pretend_twilio(product, clock)
