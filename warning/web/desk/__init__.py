"""The live desk: what its page is made of, built from npm's packages when the service is installed."""
