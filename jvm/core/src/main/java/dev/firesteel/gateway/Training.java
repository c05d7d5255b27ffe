package dev.firesteel.gateway;

import dev.firesteel.application.Application;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import dev.firesteel.util.Msgpack;
import dev.firesteel.worker.FrameChannel;
import dev.firesteel.worker.FrameType;
import dev.firesteel.worker.WorkerException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import py4j.GatewayServer;

/**
 * Goes through what an engine does, so that a class-data archive made at the exit of this process
 * holds every class that a start and a first job need:
 *
 * <pre>java -XX:ArchiveClassesAtExit=FILE -cp JARS dev.firesteel.gateway.GatewayMain --train</pre>
 *
 * It starts a whole application in a directory of its own, with {@code /bin/true} for a Python
 * interpreter, and runs a job through Py4J, which therefore fails for want of workers.
 */
final class Training {
  private static final String SECRET = "0".repeat(64);

  private Training() {}

  /** Returns the exit status: 0 when all went as it should. */
  static int run() {
    Log.level(Log.Level.OFF);
    try {
      loadOwnClasses();
      Path temporary = Files.createTempDirectory("firesteel-train");
      try (Application application = Application.start(boot(temporary).application(temporary))) {
        knock(application.workers().socket());
        GatewayServer server = GatewayMain.server(new GatewayEntry(application), SECRET);
        converse(server.getListeningPort());
      } finally {
        FileTrees.delete(temporary);
      }
      return 0;
    } catch (IOException | WorkerException | ClassNotFoundException | RuntimeException e) {
      System.err.println("The training run for the class-data archive failed:");
      e.printStackTrace();
      return 1;
    }
  }

  /** Classes that this run does not reach are in the archive all the same. */
  private static void loadOwnClasses() throws IOException, ClassNotFoundException {
    ClassLoader loader = Training.class.getClassLoader();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!element.endsWith(".jar")) {
        continue;
      }
      try (JarFile jar = new JarFile(element)) {
        Enumeration<JarEntry> entries = jar.entries();
        while (entries.hasMoreElements()) {
          String name = entries.nextElement().getName();
          if (name.startsWith("dev/firesteel/")
              && name.endsWith(".class")
              && !name.endsWith("package-info.class")) {
            String className = name.substring(0, name.length() - ".class".length());
            Class.forName(className.replace('/', '.'), false, loader);
          }
        }
      }
    }
  }

  private static BootRequest boot(Path temporary) {
    return BootRequest.of(
        Msgpack.unpackMap(
            Msgpack.pack(
                Map.of(
                    "secret", SECRET,
                    "conf",
                        Map.of("spark.master", "local[2]", "spark.local.dir", temporary.toString()),
                    "driver_pid", ProcessHandle.current().pid(),
                    "python",
                        Map.of(
                            "executable",
                            "/bin/true",
                            "path",
                            List.of(),
                            "package_root",
                            "/",
                            "environment",
                            Map.of())))));
  }

  /** Exercises the worker socket: a stranger is refused. */
  private static void knock(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        FrameChannel frames = new FrameChannel(channel)) {
      frames.send(
          FrameType.HELLO,
          Msgpack.pack(Map.of("role", "worker", "secret", new byte[32], "pid", 1)));
      if (frames.receive() != null) {
        throw new IOException("A stranger was answered on the worker socket");
      }
    }
  }

  private static void converse(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader answers =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      ask(socket, answers, "A\n" + SECRET + "\n");
      ask(socket, answers, "c\nt\nstatus\ne\n");
      String paths =
          encode(
              Map.of(
                  "paths",
                  List.of("/none"),
                  "format",
                  "text",
                  "options",
                  Map.of(),
                  "min_partitions",
                  2));
      ask(socket, answers, "c\nt\ndescribeFiles\nj" + paths + "\ne\n");
      ask(socket, answers, "c\nt\nrunJob\nj" + encode(job()) + "\ne\n");
    }
  }

  private static void ask(Socket socket, BufferedReader answers, String command)
      throws IOException {
    socket.getOutputStream().write(command.getBytes(StandardCharsets.UTF_8));
    String answer = answers.readLine();
    if (answer == null || !answer.startsWith("!y")) {
      throw new IOException("Py4J answered " + answer + " to " + command);
    }
  }

  private static String encode(Map<String, Object> request) {
    return Base64.getEncoder().encodeToString(Msgpack.pack(request));
  }

  private static Map<String, Object> job() {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("id", 1);
    node.put("op", "range");
    node.put("site", "training");
    node.put("start", "0");
    node.put("step", "1");
    node.put("count", 10);
    node.put("partitions", 2);
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("driver", 0);
    job.put("job", 1);
    job.put("site", "training");
    job.put("nodes", List.of(node));
    job.put("shuffles", List.of());
    job.put("closures", List.of());
    job.put("broadcasts", List.of());
    job.put("persist", List.of());
    job.put("release", Map.of());
    job.put("target", 1);
    job.put("partitions", null);
    job.put("sink", List.of("Result"));
    job.put("path", List.of());
    job.put("properties", Map.of());
    job.put("max_result_size", 0);
    return job;
  }
}
