package dev.firesteel.worker;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Fields;
import dev.firesteel.util.Log;
import dev.firesteel.util.ProtocolException;
import dev.firesteel.util.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import jdk.net.ExtendedSocketOptions;

/**
 * The Unix socket to which daemon and workers connect. A connection counts only after two checks:
 * the kernel says that the peer is of this user, and its HELLO holds the secret. The thread {@code
 * worker-accept} accepts; a short-lived thread for each connection waits for the HELLO.
 */
final class WorkerServer implements Closeable {
  private static final Log LOG = Log.of("worker");

  /** Gets the connections that have passed. */
  interface Listener {
    void connected(Fields hello, FrameChannel channel);
  }

  private final Path path;
  private final byte[] secret;
  private final Listener listener;
  private final ServerSocketChannel server;
  private final UserPrincipal user;

  private WorkerServer(
      Path path, byte[] secret, Listener listener, ServerSocketChannel server, UserPrincipal user) {
    this.path = path;
    this.secret = secret;
    this.listener = listener;
    this.server = server;
    this.user = user;
  }

  /** Binds the socket, whose directory must be this user's alone, and begins to accept. */
  static WorkerServer start(Path path, byte[] secret, Listener listener) throws IOException {
    requireNonNull(listener, "listener is null");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path));
      WorkerServer started =
          new WorkerServer(path, secret.clone(), listener, server, Files.getOwner(path));
      Threads.start("worker-accept", started::accept);
      return started;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel socket = server.accept();
        Threads.start("worker-hello", () -> greet(socket));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.error("The worker socket " + path + " no longer accepts connections", e);
        return;
      }
    }
  }

  private void greet(SocketChannel socket) {
    FrameChannel channel = new FrameChannel(socket);
    String refusal;
    try {
      UserPrincipal peer = socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
      if (!peer.equals(user)) {
        refusal = "it is of user " + peer.getName();
      } else {
        Frame frame = channel.receive();
        Fields hello = frame == null ? null : frame.expect(FrameType.HELLO).fields();
        if (hello != null && MessageDigest.isEqual(secret, hello.bytes("secret"))) {
          listener.connected(hello, channel);
          return;
        }
        refusal = hello == null ? "it closed before its HELLO" : "its secret is wrong";
      }
    } catch (IOException | ProtocolException e) {
      refusal = e.toString();
    }
    LOG.info("A connection to the worker socket was refused: " + refusal);
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("A refused connection did not close well: " + e);
    }
  }

  /** Stops accepting and removes the socket. */
  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
  }
}
