"""The channels that reach people. Only a process of a live world imports this."""

from collections.abc import Mapping

from notifiers.channels.api import Channel
from notifiers.channels.apprise_ import AppriseChannel
from notifiers.channels.smtp import Login, SmtpChannel
from notifiers.spec import ChannelSpec
from notifiers.spec import SmtpChannel as SmtpSpec


class ChannelNotReady(Exception):
    """A channel cannot be used as it is configured."""


def live_channels(specs: Mapping[str, ChannelSpec], env: Mapping[str, str]) -> dict[str, Channel]:
    """Every channel of a configuration.

    Raises:
        ChannelNotReady: a password is not in the environment.
    """
    return {
        name: _smtp(name, spec, env) if spec.kind == "smtp" else AppriseChannel(name) for name, spec in specs.items()
    }


def _smtp(name: str, spec: SmtpSpec, env: Mapping[str, str]) -> SmtpChannel:
    if spec.user is None and spec.password_env is None:
        return SmtpChannel(name, spec)
    if spec.user is None or spec.password_env is None:
        raise ChannelNotReady(f"channels.{name}: user and password_env are needed together")
    if spec.password_env not in env:
        raise ChannelNotReady(f"channels.{name}: environment variable {spec.password_env} is not set")
    return SmtpChannel(name, spec, Login(spec.user, env[spec.password_env]))
