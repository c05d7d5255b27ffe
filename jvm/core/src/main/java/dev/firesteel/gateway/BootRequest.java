package dev.firesteel.gateway;

import dev.firesteel.application.ApplicationSettings;
import dev.firesteel.application.PythonSettings;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the driver tells a new engine: one frame on standard input, {@code u32 length (big-endian)}
 * and a MessagePack map.
 *
 * @param secret the driver's token for Py4J
 * @param conf the application's configuration
 * @param driverPid the driver's process
 * @param python the workers' interpreter
 * @param path the driver's {@code sys.path}
 * @param packageRoot the directory that holds the package {@code firesteel}
 * @param environment variables for the workers
 */
record BootRequest(
    String secret,
    FiresteelConf conf,
    long driverPid,
    String python,
    List<String> path,
    String packageRoot,
    Map<String, String> environment) {
  private static final int MAX_FRAME = 16 << 20;

  /** Reads the frame. */
  static BootRequest read(InputStream in) throws IOException {
    // Not readNBytes(int): FileInputStream's asks for its position, which a pipe does not have.
    byte[] head = new byte[4];
    if (in.readNBytes(head, 0, 4) < 4) {
      throw new EOFException("The driver closed standard input before the boot frame");
    }
    int length = ByteBuffer.wrap(head).getInt();
    if (length < 0 || length > MAX_FRAME) {
      throw new ProtocolException("The boot frame says that it has " + length + " bytes");
    }
    byte[] body = new byte[length];
    if (in.readNBytes(body, 0, length) < length) {
      throw new EOFException("The driver closed standard input within the boot frame");
    }
    return of(Msgpack.unpackMap(body));
  }

  static BootRequest of(Fields frame) {
    Fields python = frame.fields("python");
    return new BootRequest(
        frame.string("secret"),
        new FiresteelConf(frame.stringMap("conf")),
        frame.number("driver_pid"),
        python.string("executable"),
        python.strings("path"),
        python.string("package_root"),
        python.has("environment") ? python.stringMap("environment") : Map.of());
  }

  /** What the application is started with: the driver will need Python soon. */
  ApplicationSettings application(Path temporary) {
    PythonSettings workers = new PythonSettings(python, path, packageRoot, environment);
    ClassLoader loader = BootRequest.class.getClassLoader();
    return new ApplicationSettings(conf, temporary, () -> workers, true, loader);
  }

  /** Leaves the secret out. */
  @Override
  public String toString() {
    return "BootRequest[driver " + driverPid + ", python " + python + "]";
  }
}
