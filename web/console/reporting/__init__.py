"""Reports: what is asked for, its charts, its pages."""
