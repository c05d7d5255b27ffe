package dev.firesteel.gateway;

import static java.util.Objects.requireNonNull;

import dev.firesteel.application.Application;
import dev.firesteel.util.Msgpack;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import py4j.GatewayServer;

/**
 * What one Python script talks to that a Java program runs: a server on the loopback interface,
 * open as long as the script runs, with a secret of its own.
 */
public final class ScriptServer implements Closeable {
  private final AttachedEntry entry;
  private final GatewayServer server;
  private final String secret;

  private ScriptServer(AttachedEntry entry, GatewayServer server, String secret) {
    this.entry = entry;
    this.server = server;
    this.secret = secret;
  }

  /** Opens a server for one script. */
  public static ScriptServer open(Application application) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    String secret = HexFormat.of().formatHex(random);
    AttachedEntry entry = new AttachedEntry(requireNonNull(application, "application is null"));
    return new ScriptServer(entry, GatewayMain.server(entry, secret), secret);
  }

  /**
   * Tells the launcher what to run and where the server is: one frame on its standard input.
   *
   * @param path the script
   * @param arguments the script's; as a command line's they would depend on the locale
   */
  public void invite(OutputStream launcher, String path, List<String> arguments)
      throws IOException {
    Map<String, Object> invitation = new LinkedHashMap<>();
    invitation.put("port", server.getListeningPort());
    invitation.put("secret", secret);
    invitation.put("program", ProcessHandle.current().pid());
    invitation.put("script", path.startsWith("-") ? "./" + path : path);
    invitation.put("arguments", arguments);
    byte[] body = Msgpack.pack(invitation);
    launcher.write(ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array());
    launcher.flush();
  }

  /**
   * The script has ended: its jobs are cancelled and its lineage is released. Interrupting the
   * thread does not keep it from that.
   *
   * @param well whether the names that it has published stay
   */
  public void ended(boolean well) {
    server.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        entry.end(well);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes all connections. */
  @Override
  public void close() {
    server.shutdown();
  }
}
