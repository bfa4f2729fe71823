"""TCP and UDP pass the suite that plugin authors run."""

import socket
import socketserver
import threading
from dataclasses import replace

import pytest

from loadr_config.models import SocketBlock
from loadr_protocols.sockets import TcpHandler, UdpHandler
from loadr_testing.conformance import ProtocolConformance
from loadr_testing.servers import refused_port


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        if isinstance(self.request, tuple):
            data, answering = self.request
            answering.sendto(data, self.client_address)
        else:
            while data := self.request.recv(4096):
                self.request.sendall(data)


class Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture(scope="module", params=[("tcp", Tcp), ("udp", socketserver.UDPServer)], ids=["tcp", "udp"])
def servers(request):
    scheme, kind = request.param
    with kind(("127.0.0.1", 0), Echo) as server, refused_port() as dead:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            unused = probe.getsockname()[1]  # nobody answers there when it is closed again
        port = dead if scheme == "tcp" else unused
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}", f"{scheme}://127.0.0.1:{port}"
        server.shutdown()
        thread.join()


class TestSockets(ProtocolConformance):
    @pytest.fixture(autouse=True)
    def _servers(self, servers):
        self.live, self.dead = servers
        self.handler_class = TcpHandler if self.live.startswith("tcp") else UdpHandler

    def spec(self, url):
        return replace(super().spec(url), block=SocketBlock(send_text="ping", session="s"))

    def url(self):
        return self.live

    def dead_url(self):
        return self.dead
