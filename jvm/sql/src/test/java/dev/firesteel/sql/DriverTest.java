package dev.firesteel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sources are asked for and answered in any order; a refusal and a lost driver end the wait. */
class DriverTest {
  private static final OutputStream BROKEN =
      new OutputStream() {
        @Override
        public void write(int value) throws IOException {
          throw new IOException("Broken pipe");
        }
      };

  /** What the driver would read, as it is asked: request 1, then 2, … */
  private static Driver asking(OutputStream out) {
    return new Driver(new Frames(InputStream.nullInputStream(), out), () -> {});
  }

  private static void await(ByteArrayOutputStream out, String source) {
    while (!out.toString().contains(source)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void answersReachTheirRequestInAnyOrder() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Driver driver = asking(out);
    CompletableFuture<List<String>> first = CompletableFuture.supplyAsync(() -> driver.open("one"));
    await(out, "one");
    CompletableFuture<List<String>> second =
        CompletableFuture.supplyAsync(() -> driver.open("two"));
    await(out, "two");
    driver.answer(List.of("opened", "2", "/b", "/c"));
    driver.answer(List.of("refused", "1", "its executor is lost"));
    assertThat(second.join()).containsExactly("/b", "/c");
    assertThatThrownBy(first::join)
        .hasCauseInstanceOf(SourceRefusedException.class)
        .hasMessageContaining("its executor is lost");
    driver.answer(List.of("opened", "2", "/late")); // nobody waits for it
  }

  @Test
  void theDriverIsToldThatAQueryIsInterrupted() throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Driver driver = asking(out);
    Thread query =
        new Thread(
            () -> assertThatThrownBy(() -> driver.open("one")).hasMessageContaining("interrupted"));
    query.start();
    await(out, "one");
    query.interrupt();
    query.join();
    assertThat(out.toString()).contains("closed");
  }

  @Test
  void aDriverThatIsGoneIsSaidOnce() {
    AtomicInteger lost = new AtomicInteger();
    Driver driver =
        new Driver(new Frames(InputStream.nullInputStream(), BROKEN), lost::incrementAndGet);
    assertThatThrownBy(() -> driver.open("one")).hasMessageContaining("cannot be reached");
    assertThat(lost).hasValue(1);
  }

  @Test
  void aFrameThatIsNoAnswerIsRefused() {
    Driver driver = asking(OutputStream.nullOutputStream());
    for (List<String> frame :
        List.of(List.<String>of(), List.of("ready"), List.of("refused", "1"))) {
      assertThatThrownBy(() -> driver.answer(frame)).isInstanceOf(IOException.class);
    }
  }
}
