package dev.firesteel.gateway;

import dev.firesteel.util.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/**
 * Server sockets whose connections let nothing pass to Py4J before their peer has sent the secret.
 * Py4J itself reads lines of any length, and for any time, from peers it does not know yet.
 *
 * <p>A peer must begin with Py4J's own authentication, {@code A\n<secret>\n}, within a few seconds;
 * these bytes are then given to Py4J like all others.
 */
final class AuthenticatingSockets extends ServerSocketFactory {
  private static final int PATIENCE_MILLIS = 10_000;

  private final byte[] expected;
  private final AtomicInteger connections = new AtomicInteger();

  AuthenticatingSockets(String secret) {
    this.expected = ("A\n" + secret + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public ServerSocket createServerSocket() throws IOException {
    return new AcceptingSocket();
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return createServerSocket(port, 0, InetAddress.getLoopbackAddress());
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return createServerSocket(port, backlog, InetAddress.getLoopbackAddress());
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    ServerSocket socket = createServerSocket();
    socket.bind(new InetSocketAddress(address, port), backlog);
    return socket;
  }

  private final class AcceptingSocket extends ServerSocket {
    AcceptingSocket() throws IOException {
      super();
    }

    @Override
    public Socket accept() throws IOException {
      Thread.currentThread().setName("py4j-accept");
      Socket socket = new AuthenticatingSocket();
      implAccept(socket);
      socket.setTcpNoDelay(true);
      return socket;
    }
  }

  private final class AuthenticatingSocket extends Socket {
    private final InputStream in = new AuthenticatingStream(this);

    @Override
    public InputStream getInputStream() throws IOException {
      return in;
    }

    InputStream rawInputStream() throws IOException {
      return super.getInputStream();
    }
  }

  /** Passes bytes on once the first ones have been the right ones. Read by one thread. */
  private final class AuthenticatingStream extends BulkInputStream {
    private final AuthenticatingSocket socket;
    private byte[] head = {};
    private int given;
    private boolean authenticated;

    AuthenticatingStream(AuthenticatingSocket socket) {
      this.socket = socket;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (!authenticated) {
        authenticate();
      }
      if (given < head.length) {
        int count = Math.min(length, head.length - given);
        System.arraycopy(head, given, bytes, offset, count);
        given += count;
        return count;
      }
      return socket.rawInputStream().read(bytes, offset, length);
    }

    @Override
    public int available() throws IOException {
      return authenticated ? head.length - given + socket.rawInputStream().available() : 0;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }

    private void authenticate() throws IOException {
      socket.setSoTimeout(PATIENCE_MILLIS);
      byte[] begin = socket.rawInputStream().readNBytes(expected.length);
      if (!MessageDigest.isEqual(begin, expected)) {
        socket.close();
        throw new SocketException("The peer did not authenticate");
      }
      socket.setSoTimeout(0);
      head = begin;
      authenticated = true;
      Thread.currentThread().setName("py4j-connection-" + connections.incrementAndGet());
    }
  }
}
