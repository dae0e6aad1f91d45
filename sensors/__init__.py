"""What a gauge says: readings, stations, units, flags, payloads, record files and sources."""
