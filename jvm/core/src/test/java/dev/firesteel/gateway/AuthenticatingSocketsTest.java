package dev.firesteel.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Only who begins with the secret gets any byte through. */
class AuthenticatingSocketsTest {
  private static final String SECRET = "s".repeat(64);

  private ServerSocket server;

  @BeforeEach
  void open() throws IOException {
    server = new AuthenticatingSockets(SECRET).createServerSocket(0);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private Socket accepted(String said) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
    client.getOutputStream().write(said.getBytes(StandardCharsets.UTF_8));
    client.shutdownOutput();
    return server.accept();
  }

  @Test
  void theRightSecretPassesEverythingOn() throws IOException {
    String said = "A\n" + SECRET + "\nc\nt\nstatus\ne\n";
    try (Socket socket = accepted(said)) {
      assertThat(socket.getInputStream().readAllBytes())
          .asString(StandardCharsets.UTF_8)
          .isEqualTo(said);
    }
  }

  @Test
  void aWrongSecretAnEndlessLineOrNothingPassNothing() throws IOException {
    for (String said : new String[] {"A\n" + "x".repeat(64) + "\ne\n", "x".repeat(100_000), ""}) {
      try (Socket socket = accepted(said)) {
        assertThatThrownBy(() -> socket.getInputStream().read())
            .isInstanceOf(IOException.class)
            .hasMessageContaining("did not authenticate");
        assertThat(socket.isClosed()).isTrue();
      }
    }
  }
}
