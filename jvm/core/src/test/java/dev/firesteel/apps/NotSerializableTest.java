package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.Rdd;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.types.NotSerializableException;
import dev.firesteel.types.Pair;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program is told whose functions or records can't be sent to tasks. */
class NotSerializableTest {
  @TempDir static Path directory;

  private static FiresteelContext sc;
  private static Rdd<Long> numbers;

  private final Client ownClient = new Client();

  @BeforeAll
  static void start() {
    sc = Contexts.start(directory);
    numbers = sc.range(0, 10);
  }

  @AfterAll
  static void stop() {
    sc.close();
  }

  private static final class Client {
    long call(long value) {
      return value + 1;
    }
  }

  private record Config(String name, Client client) implements Serializable {}

  @Test
  void aCapturedVariableIsNamed() {
    Client client = new Client();
    assertThatThrownBy(() -> numbers.map(n -> client.call(n)))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("map at NotSerializableTest.java:")
        .hasMessageContaining("captures `client`")
        .hasMessageContaining("Client, which is not Serializable")
        .hasMessageContaining("Make it inside the function");
  }

  @Test
  void theFieldOfACapturedVariableIsNamed() {
    long first = 1;
    double second = 2;
    Config config = new Config("a", new Client());
    assertThatThrownBy(() -> numbers.map(n -> config.client().call(n) + first + (long) second))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining(
            "captures `config` (class dev.firesteel.apps.NotSerializableTest$Config)")
        .hasMessageContaining("whose field `client` of class");
  }

  @Test
  void elementsOfCollectionsAreFollowed() {
    Map<String, List<Object>> map = Map.of("key", List.of(1, new Client()));
    assertThatThrownBy(() -> numbers.filter(n -> map.isEmpty()))
        .hasMessageContaining("captures `map`")
        .hasMessageContaining("value of the key `key`")
        .hasMessageContaining("element 1 of class");
  }

  @Test
  void theObjectThatALambdaBelongsToIsNamed() {
    assertThatThrownBy(() -> numbers.map(n -> ownClient.call(n)))
        .hasMessageContaining("captures `this`")
        .hasMessageContaining("NotSerializableTest, which is not Serializable");
  }

  @Test
  void anAnonymousClassSaysWhatItCaptures() {
    Client client = new Client();
    assertThatThrownBy(
            () ->
                numbers.map(
                    new dev.firesteel.types.function.MapFunction<Long, Long>() {
                      @Override
                      public Long call(Long n) {
                        return client.call(n);
                      }
                    }))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("Client");
  }

  @Test
  void recordsAreNamedByPlaceAndField() {
    List<Config> records = List.of(new Config("a", null), new Config("b", new Client()));
    assertThatThrownBy(() -> sc.parallelize(records))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("Record 1 of parallelize at NotSerializableTest.java:")
        .hasMessageContaining(" has the field `client` of class")
        .hasMessageNotContaining("Functions are sent");
  }

  @Test
  void recordsOfTasksAreNamedByTheirField() {
    Rdd<Config> configs = numbers.map(n -> new Config("a", new Client()));
    assertThatThrownBy(configs::collect)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining(
            "a record of type dev.firesteel.apps.NotSerializableTest$Config, because of its field `client` of class");
    assertThatThrownBy(() -> configs.mapToPair(c -> Pair.of(1, List.of(c))).groupByKey().count())
        .hasMessageContaining("element 0 (class dev.firesteel.apps.NotSerializableTest$Config)")
        .hasMessageContaining("whose field `client` of class");
  }

  @Test
  void aBroadcastThatCantBeSentIsRefused() {
    assertThatThrownBy(() -> sc.broadcast(new Client()))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("broadcast at NotSerializableTest.java:")
        .hasMessageContaining("Client");
  }

  @Test
  void theStackBeginsWithTheProgramsLine() {
    Client client = new Client();
    assertThatThrownBy(() -> numbers.map(n -> client.call(n)))
        .satisfies(
            e ->
                assertThat(e.getStackTrace()[0].getClassName())
                    .isEqualTo(NotSerializableTest.class.getName()));
  }
}
