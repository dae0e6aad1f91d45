"""A library's connections are cut from outside its thread, on real sockets."""

import http.client
import socket
import threading

import pytest

from notifiers.channels.wires import Wire


@pytest.fixture
def listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def test_who_waits_for_an_answer_is_let_go(listening: socket.socket) -> None:
    wire, heard = Wire(), []

    def ask() -> None:
        with wire.carrying(), socket.create_connection(listening.getsockname(), timeout=10) as ours:
            heard.append(ours.recv(1))

    thread = threading.Thread(target=ask)
    thread.start()
    theirs, _ = listening.accept()
    wire.cut()
    thread.join(5)
    assert heard == [b""]
    theirs.close()
    listening.close()


def test_no_other_address_is_tried_and_nothing_said_on_a_connection_that_stands(listening: socket.socket) -> None:
    """The addresses of a host are tried one after the other, each for as long as it takes."""
    wire = Wire()
    with listening, wire.carrying():
        standing = http.client.HTTPConnection(*listening.getsockname())
        standing.connect()
        wire.cut()
        with pytest.raises(ConnectionAbortedError):
            standing.request("POST", "/", b"too late")
        with pytest.raises(ConnectionAbortedError):
            socket.create_connection(listening.getsockname())
        standing.close()


def test_other_calls_of_the_thread_and_other_threads_are_left_alone(listening: socket.socket) -> None:
    wire = Wire()
    with wire.carrying():
        wire.cut()
        made: list[socket.socket] = []
        other = threading.Thread(target=lambda: made.append(socket.create_connection(listening.getsockname())))
        other.start()
        other.join()
    made.append(socket.create_connection(listening.getsockname()))
    assert len(made) == 2
    for one in (*made, listening):
        one.close()
