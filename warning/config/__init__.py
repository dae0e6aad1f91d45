"""One configuration file, loaded once into frozen models."""
