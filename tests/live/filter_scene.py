# SPDX-License-Identifier: MIT
"""Sockets for filters to choose from."""
import socket
import subprocess

import namespace
import scene

SO_MARK = 36
VETH = "filter0"


class FilterScene(scene.Scene):
    """Of IPv4, IPv6, both in one; waiting, talking, gone; bound to a device, marked; of several processes and users."""

    def __init__(self):
        super().__init__()
        made = subprocess.run(["ip", "link", "add", VETH, "type", "veth"], capture_output=True)
        self.devices = ["lo", VETH] if made.returncode == 0 else ["lo"]  # some kernels have no veth
        self.other_device = self.devices[-1]
        subprocess.run(["ip", "link", "set", self.other_device, "up"], check=True)
        for address in ("10.1.2.3/24", "fd00::5/64"):
            nodad = ["nodad"] if ":" in address else []
            subprocess.run(["ip", "address", "replace", address, "dev", self.other_device, *nodad], check=True)
            self.wait_until_local(address.split("/")[0])
        self.open_tcp()
        self.open_udp()
        self._passing = []
        self.renew()

    @staticmethod
    def wait_until_local(address):
        """The kernel makes the route to an IPv6 address of its own a little later (net/ipv6/addrconf.c, addrconf_dad_work)."""
        while not subprocess.run(["ip", "route", "get", address], capture_output=True, text=True).stdout.startswith("local"):
            pass

    def close(self):
        super().close()
        for name in self.devices[1:]:
            subprocess.run(["ip", "link", "delete", name], check=True)

    def open_tcp(self):
        for address, number in (("127.0.0.1", 8080), ("0.0.0.0", 8081), ("10.1.2.3", 1), ("::1", 443), ("fd00::5", 22)):
            waiting = self.listener(address, number)
            for _ in range(2):
                self.connection("127.0.0.1" if number == 8081 else address, waiting)
        both = self.listener("::", 8082, v6only=0)
        for address in ("127.0.0.1", "::1", "10.1.2.3", "fd00::5"):
            self.connection(address, both)
        self.listener("::", 8083, v6only=1)
        self.listener("fe80::1%lo", 8084)
        self.connection("127.0.0.1", self.listener("127.0.0.1", 8085, device="lo"))
        self.listener("0.0.0.0", 65535, device=self.other_device)
        waiting = self.listener("127.0.0.1", 8086)
        client = self.bound("127.0.0.1", 40001, device="lo")
        client.connect(("127.0.0.1", 8086))
        self.keep(waiting.accept()[0])
        for address in ("127.0.0.1", "::1"):
            self.half_closed(address)
            self.half_closed(address)[0].close()
            self.client(address, scene.port(self.listener(address)))  # nobody accepts it
            self.last_ack(address)
            self.syn_received(address)
        if namespace.is_root():
            for mark, ends in ((0x11, self.connection("127.0.0.1")), (0x1F, self.connection("::1"))):
                ends[0].setsockopt(socket.SOL_SOCKET, SO_MARK, mark)

    def open_udp(self):
        self.udp("0.0.0.0", 9000)
        self.udp("127.0.0.1", 80)
        self.udp("::", 9001, v6only=0)
        self.udp("::", 9002, v6only=1)
        self.udp("127.0.0.1", 9003, device="lo")
        self.udp("10.1.2.3", 9004, device=self.other_device)
        self.udp("fe80::1%lo", 9005)
        for address in ("127.0.0.1", "10.1.2.3"):
            self.client(address, 9000, socket.SOCK_DGRAM)
        for address in ("::1", "fd00::5", "::ffff:127.0.0.1"):
            self.client(address, 9001, socket.SOCK_DGRAM)
        for _ in range(2):
            twin = self.make(socket.AF_INET, socket.SOCK_DGRAM)
            twin.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            twin.bind(("127.0.0.1", 9006))
            twin.connect(("127.0.0.1", 9000))

    def renew(self):
        """What goes away by itself after a minute or two."""
        for end in self._passing:
            end.close()
        self._passing = []
        for address in ("127.0.0.1", "::1"):
            self.time_wait(address)
            self._passing.append(self.syn_sent(address))
