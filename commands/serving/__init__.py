"""The processes: web and worker."""
