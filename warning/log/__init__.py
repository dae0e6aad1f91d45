"""The log: durable, ordered topics, on SQLite or on Kafka."""
