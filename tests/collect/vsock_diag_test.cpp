// SPDX-License-Identifier: MIT
#include <sys/socket.h>  // vm_sockets.h wants struct sockaddr

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/vm_sockets.h>
#include <linux/vm_sockets_diag.h>

#include <cerrno>

#include "support/asking.hpp"
#include "support/kernel_message.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using portscope::Shutdown;
using portscope::Socket;
using portscope::SocketType;
using portscope::State;
using portscope::Transport;
using portscope::VsockEndpoint;
using testing::SizeIs;

vsock_diag_msg vsock_connection() {
  vsock_diag_msg message{};
  message.vdiag_family = AF_VSOCK;
  message.vdiag_type = SOCK_STREAM;
  message.vdiag_state = 1;
  message.vdiag_src_cid = 3;
  message.vdiag_src_port = 4000000000;
  message.vdiag_dst_cid = VMADDR_CID_HOST;
  message.vdiag_dst_port = 1024;
  message.vdiag_ino = 777;
  message.vdiag_cookie[0] = 0x11;
  message.vdiag_cookie[1] = 0x22;
  return message;
}

collect::Pass dumped_vsock(Asking& asking, const std::vector<fake::Row>& rows) {
  asking.diag.script(AF_VSOCK, 0, {{rows}});
  return asking.dump(Transport::vsock);
}

Socket parsed_vsock(const vsock_diag_msg& message) {
  Asking asking;
  return dumped_vsock(asking, {fake::row_of(message)}).rows.at(0);
}

TEST(VsockDiag, AConnectionIsReadWhole) {
  const Socket socket = parsed_vsock(vsock_connection());
  EXPECT_EQ(socket.transport, Transport::vsock);
  EXPECT_EQ(socket.family, portscope::Family::vsock);
  EXPECT_EQ(socket.type, SocketType::stream);
  EXPECT_EQ(socket.state, State::established);
  EXPECT_EQ(socket.state_id, 1);
  EXPECT_EQ(std::get<VsockEndpoint>(socket.local), (VsockEndpoint{3, 4000000000}));
  EXPECT_EQ(std::get<VsockEndpoint>(socket.peer), (VsockEndpoint{VMADDR_CID_HOST, 1024}));
  EXPECT_EQ(socket.inode, 777U);
  EXPECT_EQ(socket.cookie, 0x2200000011U);
  EXPECT_EQ(socket.uid, std::nullopt);
  EXPECT_EQ(socket.recv_queue, std::nullopt);
}

TEST(VsockDiag, AListenerOfAnyContextHasNoPeer) {
  auto listener = vsock_connection();
  listener.vdiag_state = 10;
  listener.vdiag_src_cid = VMADDR_CID_ANY;
  listener.vdiag_dst_cid = VMADDR_CID_ANY;
  listener.vdiag_dst_port = VMADDR_PORT_ANY;
  const Socket socket = parsed_vsock(listener);
  EXPECT_EQ(socket.state, State::listen);
  EXPECT_EQ(std::get<VsockEndpoint>(socket.local).cid, VMADDR_CID_ANY);
  EXPECT_EQ(socket.peer, portscope::AnyEndpoint{});
}

TEST(VsockDiag, ThePeerMayBeTheHypervisor) {
  auto message = vsock_connection();
  message.vdiag_dst_cid = VMADDR_CID_HYPERVISOR;
  EXPECT_EQ(std::get<VsockEndpoint>(parsed_vsock(message).peer).cid, 0U);
}

// States of TCP, net/vmw_vsock/af_vsock.c
TEST(VsockDiag, TheKernelsNumbersAreStates) {
  for (const auto& [number, state] :
       {std::pair{1, State::established}, std::pair{2, State::syn_sent}, std::pair{7, State::bound},
        std::pair{10, State::listen}, std::pair{11, State::closing}, std::pair{99, State::closed}}) {
    auto message = vsock_connection();
    message.vdiag_state = static_cast<std::uint8_t>(number);
    EXPECT_EQ(parsed_vsock(message).state, state) << number;
    EXPECT_EQ(parsed_vsock(message).state_id, number);
  }
}

TEST(VsockDiag, ADatagramSocketThatIsNotConnectedIsJustThat) {
  auto message = vsock_connection();
  message.vdiag_type = SOCK_DGRAM;
  message.vdiag_state = 7;
  EXPECT_EQ(parsed_vsock(message).state, State::unconnected);
  message.vdiag_type = SOCK_SEQPACKET;
  EXPECT_EQ(parsed_vsock(message).state, State::bound);
  EXPECT_EQ(parsed_vsock(message).type, SocketType::seqpacket);
}

TEST(VsockDiag, TellsWhatWasShutDown) {
  for (const auto& [mask, shutdown] : {std::pair{0, Shutdown::none}, std::pair{1, Shutdown::receive},
                                       std::pair{2, Shutdown::send}, std::pair{3, Shutdown::both}}) {
    auto message = vsock_connection();
    message.vdiag_shutdown = static_cast<std::uint8_t>(mask);
    EXPECT_EQ(parsed_vsock(message).shutdown, shutdown);
  }
}

TEST(VsockDiag, EveryStateIsAskedForAndWhatMustBeZeroIs) {
  Asking asking;
  dumped_vsock(asking, {});
  const auto& body = asking.diag.asked.at(0).body;
  ASSERT_THAT(body, SizeIs(sizeof(vsock_diag_req)));
  const auto request = sys::copy_from<vsock_diag_req>(sys::Bytes(body));
  EXPECT_EQ(request.sdiag_family, AF_VSOCK);
  EXPECT_EQ(request.sdiag_protocol, 0);
  EXPECT_EQ(request.vdiag_states, UINT32_MAX);
  EXPECT_EQ(request.vdiag_ino, 0U);
  EXPECT_EQ(request.vdiag_show, 0U);
}

TEST(VsockDiag, ARowCutAnywhereIsNone) {
  Asking asking;
  const auto pass = dumped_vsock(asking, fake::beginnings_of(fake::row_of(vsock_connection())));
  EXPECT_THAT(pass.rows, SizeIs(1));
  EXPECT_EQ(pass.counted, 1U);
}

TEST(VsockDiag, AnErrorIsThePasss) {
  Asking asking;
  EXPECT_EQ(asking.dump(Transport::vsock).error, ENOENT) << "no such module";
}

}  // namespace
