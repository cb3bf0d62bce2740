"""A pretend Twilio with the telephones around it.

Law of this folder: it imports nothing of the product, and the product's code imports only `terminal`.
In a test it is `Twilio(...)`, synchronous, without threads or sleeps, on the test's clock; as a process it
is `python -m simulator`, the same engine behind HTTP. Whatever Twilio would refuse or write in its debugger
is kept in `Twilio.complaints`."""
