package dev.firesteel.worker;

import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A daemon in Java that speaks the whole protocol over a real socket: its "workers" are threads
 * with made-up process ids. What a worker does with a task is the task's property {@code do}.
 */
public final class FakeDaemon {
  private final Path socket;
  private final byte[] secret;
  private final AtomicLong nextPid = new AtomicLong(1_000_000);
  private final Map<Long, FrameChannel> workers = new ConcurrentHashMap<>();
  private final FrameChannel engine;
  private final AtomicBoolean refusing = new AtomicBoolean();

  private FakeDaemon(Path socket, byte[] secret) throws IOException {
    this.socket = socket;
    this.secret = secret;
    this.engine = connect();
  }

  /** Writes a program that is this daemon, whatever arguments it gets; it can pass for a python. */
  public static Path program(Path directory) throws IOException {
    return script(
        directory,
        "exec '%s' -Xshare:auto -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\"\n"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                FakeDaemon.class.getName()));
  }

  /** Writes a shell script that can be run. */
  public static Path script(Path directory, String text) throws IOException {
    Path script = Files.writeString(directory.resolve("python"), "#!/bin/sh\n" + text);
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  public static void main(String[] arguments) throws IOException {
    InputStream stdin = System.in;
    byte[] head = new byte[4];
    stdin.readNBytes(head, 0, 4);
    byte[] body = new byte[ByteBuffer.wrap(head).getInt()];
    stdin.readNBytes(body, 0, body.length);
    Fields conf = Msgpack.unpackMap(body);
    FakeDaemon daemon = new FakeDaemon(Path.of(conf.string("socket")), conf.bytes("secret"));
    daemon.hello(daemon.engine, "daemon", ProcessHandle.current().pid());
    Thread frames = new Thread(daemon::obey, "frames");
    frames.setDaemon(true);
    frames.start();
    daemon.fork(conf.integer("prefork"));
    while (stdin.read() >= 0) {
      // until the engine closes it
    }
  }

  private FrameChannel connect() throws IOException {
    return new FrameChannel(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
  }

  private void hello(FrameChannel channel, String role, long pid) throws IOException {
    channel.send(FrameType.HELLO, Msgpack.pack(Map.of("role", role, "secret", secret, "pid", pid)));
  }

  private void obey() {
    try {
      for (Frame frame = engine.receive(); frame != null; frame = engine.receive()) {
        if (frame.type() == FrameType.FORK && refusing.getAndSet(false)) {
          Map<String, Object> error = Map.of("message", "cannot fork a worker: EAGAIN");
          engine.send(FrameType.FAILED, Msgpack.pack(Map.of("kind", "internal", "error", error)));
        } else if (frame.type() == FrameType.FORK) {
          fork(frame.fields().integer("count"));
        } else {
          long pid = frame.expect(FrameType.KILL).fields().number("pid");
          end(pid, 9, null);
        }
      }
    } catch (IOException e) {
      System.exit(0);
    }
  }

  private void fork(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      long pid = nextPid.incrementAndGet();
      FrameChannel channel = connect();
      workers.put(pid, channel);
      hello(channel, "worker", pid);
      Thread worker = new Thread(() -> work(pid, channel), "worker-" + pid);
      worker.setDaemon(true);
      worker.start();
    }
  }

  /** Ends a worker as the kernel would: the connection first, then the report. */
  private void end(long pid, Integer signal, Integer status) throws IOException {
    FrameChannel channel = workers.remove(pid);
    if (channel != null) {
      channel.close();
      Map<String, Object> died = new LinkedHashMap<>();
      died.put("pid", pid);
      died.put("signal", signal);
      died.put("status", status);
      engine.send(FrameType.DIED, Msgpack.pack(died));
    }
  }

  private void work(long pid, FrameChannel channel) {
    try {
      for (Frame frame = channel.receive(); frame != null; frame = channel.receive()) {
        Fields task = frame.expect(FrameType.TASK).fields();
        switch (task.fields("properties").string("do")) {
          case "die":
            touch(task);
            end(pid, 11, null);
            return;
          case "exit":
            end(pid, null, 3);
            return;
          case "refuse-next-fork":
            refusing.set(true);
            channel.send(FrameType.DONE, done(task, pid));
            break;
          case "daemon-dies":
            System.exit(5);
            return;
          case "hang":
            touch(task);
            break; // the next frame, or the end, is all that comes
          case "garbage":
            channel.send(FrameType.READY, Msgpack.pack(Map.of()));
            break;
          case "fail":
            touch(task);
            channel.send(FrameType.FAILED, failed());
            break;
          default:
            channel.send(FrameType.DONE, done(task, pid));
        }
      }
    } catch (IOException e) {
      workers.remove(pid);
    }
  }

  /** Leaves half-written files of every name that the task writes, and a spill file. */
  private static void touch(Fields task) throws IOException {
    for (Map.Entry<String, String> file : task.stringMap("files").entrySet()) {
      Path path = Path.of(file.getValue());
      if (!Files.exists(path)) {
        Files.writeString(path.resolveSibling(path.getFileName() + ".tmp"), "half");
      }
    }
    Files.writeString(Path.of(task.string("scratch"), "spill"), "x");
  }

  private static byte[] done(Fields task, long pid) throws IOException {
    List<Object> blocks = new ArrayList<>();
    for (Map.Entry<String, String> file : task.stringMap("files").entrySet()) {
      Path path = Path.of(file.getValue());
      if (file.getKey().startsWith("rdd_") && !Files.exists(path)) {
        Files.writeString(path, "block");
        blocks.add(List.of(file.getKey(), path.toString(), 5, 1));
      }
    }
    Map<String, Object> done = new LinkedHashMap<>();
    done.put("result", Long.toString(pid).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    done.put("output", null);
    done.put("shuffle", null);
    done.put("blocks", blocks);
    done.put("records", 1);
    done.put("accumulators", null);
    done.put("metrics", Map.of());
    return Msgpack.pack(done);
  }

  private static byte[] failed() {
    Map<String, Object> failed = new LinkedHashMap<>();
    failed.put("kind", "user");
    failed.put("error", Map.of("type", "builtins.ValueError", "message", "no"));
    return Msgpack.pack(failed);
  }
}
