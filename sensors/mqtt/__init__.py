"""Readings over MQTT; the only place that knows paho."""
