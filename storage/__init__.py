"""What is kept: models, queries, migrations, the directory file in and out, audio files."""
