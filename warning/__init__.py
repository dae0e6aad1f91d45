"""The service: configuration, log, agents, lifecycle, stores, web and command line."""
