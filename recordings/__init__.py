"""Rules on a caller's voice: naming, soundness, retention.

PURE: values in, values out. Development audio lies in recordings/audio/, which git ignores."""
